#include "qualia_snn/dataaugmentation/cutout1d.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qualia_snn::dataaugmentation {

at::Tensor Cutout1D::change(const at::Tensor& x, at::Generator& generator) const {
  const auto S = x.size(-1);
  const auto offset = (at::rand({}, generator) * S).to(at::kLong).item<std::int64_t>();
  const auto share = at::empty({}).normal_(0, 1, generator).mul_(length_sigma_).abs_();
  const auto length = (share * (S - offset)).to(at::kLong).item<std::int64_t>();
  // Nothing would be left.
  if (offset < 1 && length > S) return x;
  auto cut = x.clone();
  const auto first = std::min(offset, S);
  cut.narrow(-1, first, std::min(length, S - first)).zero_();
  return cut;
}

}  // namespace qualia_snn::dataaugmentation
