#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Brings a tensor of the CPU to a device; a GPU copies it from pinned memory, and nobody waits for it.
QUALIA_SNN_API at::Tensor to_device(const at::Tensor& host, at::Device device);

}  // namespace qualia_snn
