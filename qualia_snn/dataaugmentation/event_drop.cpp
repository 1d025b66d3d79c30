#include "qualia_snn/dataaugmentation/event_drop.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/to_device.h"

namespace qualia_snn::dataaugmentation {

at::Tensor EventDrop::change(const at::Tensor& samples, at::Generator& generator) const {
  auto sizes = samples.sizes().vec();  // [N, T, C, ...]
  if (drops_steps_) {
    std::fill(sizes.begin() + 2, sizes.end(), 1);
  } else {
    sizes[1] = sizes[2] = 1;
  }
  const auto lost = at::rand(sizes, generator).lt(p_);
  return samples.masked_fill(to_device(lost, samples.device()), 0);
}

}  // namespace qualia_snn::dataaugmentation
