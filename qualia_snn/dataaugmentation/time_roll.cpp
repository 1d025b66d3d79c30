#include "qualia_snn/dataaugmentation/time_roll.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/to_device.h"

namespace qualia_snn::dataaugmentation {

at::Tensor TimeRoll::change(const at::Tensor& samples, at::Generator& generator) const {
  const auto T = samples.size(1);
  const auto shifts = at::randint(-k_, k_ + 1, {samples.size(0), 1}, generator);
  const auto from = (at::arange(T) - shifts).remainder(T);  // [N, T]
  const auto sources = from + at::arange(samples.size(0)).unsqueeze(1) * T;
  return samples.flatten(0, 1).index_select(0, to_device(sources.flatten(), samples.device())).view_as(samples);
}

}  // namespace qualia_snn::dataaugmentation
