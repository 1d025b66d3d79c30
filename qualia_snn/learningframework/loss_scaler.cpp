#include "qualia_snn/learningframework/loss_scaler.h"

#include <ATen/ATen.h>

namespace qualia_snn::learningframework {

LossScaler::LossScaler(at::Device device)
    : scale_(at::full({}, kInitialScale, at::TensorOptions(device).dtype(at::kFloat))),
      growth_tracker_(at::zeros({}, at::TensorOptions(device).dtype(at::kInt))) {}

at::Tensor LossScaler::unscale(const std::vector<at::Tensor>& gradients) const {
  auto found_inf = at::zeros_like(scale_);
  // As torch.amp does, in double precision, so that the inverse of a large scale is not flushed to 0.
  const auto inverse = scale_.to(at::kDouble).reciprocal().to(at::kFloat);
  if (!gradients.empty()) at::_amp_foreach_non_finite_check_and_unscale_(gradients, found_inf, inverse);
  return found_inf;
}

void LossScaler::update(const at::Tensor& found_inf) {
  at::_amp_update_scale_(scale_, growth_tracker_, found_inf, kGrowth, kBackoff, kGrowthInterval);
}

State LossScaler::save() const {
  State state;
  state.set("scale", scale_);
  state.set("growth_tracker", growth_tracker_);
  return state;
}

void LossScaler::load(const State& state) {
  scale_.copy_(state.tensor("scale"));
  growth_tracker_.copy_(state.tensor("growth_tracker"));
}

}  // namespace qualia_snn::learningframework
