#include "qualia_snn/dataaugmentation/amplitude.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/to_device.h"

namespace qualia_snn::dataaugmentation {

at::Tensor Amplitude::change(const at::Tensor& x, at::Generator& generator) const {
  const auto& o = options_;
  // Numbers of float32, as Qualia draws and scales them.
  const auto draw = [&] {
    if (o.distribution == "normal") return at::empty({}).normal_(0, 1, generator).mul_(o.sigma).add_(1);
    const auto range = at::scalar_tensor(o.high) - at::scalar_tensor(o.low);
    return at::rand({}, generator).mul_(range).add_(o.low);
  };
  return x * to_device(draw(), x.device());
}

}  // namespace qualia_snn::dataaugmentation
