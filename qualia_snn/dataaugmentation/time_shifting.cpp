#include "qualia_snn/dataaugmentation/time_shifting.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

at::Tensor TimeShifting::change(const at::Tensor& x, at::Generator& generator) const {
  const auto share = at::_sample_dirichlet(at::full({2}, alpha_), generator).select(0, 0);
  return x.roll((x.size(-1) * share).to(at::kInt).item<std::int64_t>(), -1);
}

}  // namespace qualia_snn::dataaugmentation
