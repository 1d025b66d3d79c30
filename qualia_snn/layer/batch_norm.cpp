#include "qualia_snn/layer/batch_norm.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {

BatchNorm::BatchNorm(std::int64_t channels, std::int64_t axes, StepMode step_mode)
    : axes_(axes), step_mode_(step_mode) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

at::Tensor BatchNorm::normalise(const at::Tensor& x) {
  if (is_training()) {
    QUALIA_SNN_CHECK(x.numel() > x.size(1), ShapeError, kind(),
                     ": training needs more than one value per channel, the batch is ", x.sizes());
    num_batches_tracked.add_(1);
  }
  return at::batch_norm(x, weight, bias, running_mean, running_var, is_training(), kMomentum, kEps,
                        /*cudnn_enabled=*/true);
}

Sequence BatchNorm::forward(const Sequence& input) {
  if (step_mode_ == StepMode::kMulti || input.T == 1 || !is_training()) return input.with(normalise(input.x));
  std::vector<at::Tensor> steps;
  for (const auto& x : input.x.chunk(input.T, 0)) steps.push_back(normalise(x));
  return input.with(at::cat(steps, 0));
}

Shape BatchNorm::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  QUALIA_SNN_CHECK(static_cast<std::int64_t>(in.size()) == axes_ + 1 && in[0] == weight.size(0), ShapeError, "takes ",
                   weight.size(0), " channels and ", axes_, " axes, gets ", at::IntArrayRef(in));
  return in;
}

std::string BatchNorm::kind() const { return axes_ == 1 ? "BatchNorm1d" : "BatchNorm2d"; }

}  // namespace qualia_snn::layer
