#include "qualia_snn/core/to_device.h"

#include <ATen/ATen.h>

namespace qualia_snn {

at::Tensor to_device(const at::Tensor& host, at::Device device) {
  if (!device.is_cuda() || !host.is_cpu()) return host.to(device);
  return host.pin_memory().to(device, /*non_blocking=*/true);
}

}  // namespace qualia_snn
