#include "qualia_snn/layer/batch_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"
#include "qualia_snn/layer/batch_norm_kernels.h"

namespace qualia_snn::layer {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct BatchNormFunction : torch::autograd::Function<BatchNormFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, const BatchMoments& moments, std::int64_t groups) {
    context->save_for_backward({x, weight});
    context->saved_data["mean"] = moments.mean;
    context->saved_data["variance"] = moments.variance;
    context->saved_data["groups"] = groups;
    return batch_normalise(x, batch_places(x, groups), moments, weight, bias, BatchNorm::kEps);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "batch norm has no second derivative");
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    auto& data = context->saved_data;
    const BatchMoments moments{data["mean"].toTensor(), data["variance"].toTensor()};
    auto adjoints = batch_norm_backward(in_order_of(gradients[0], x, x.scalar_type()), x,
                                        batch_places(x, data["groups"].toInt()), moments, weight, BatchNorm::kEps);
    return {adjoints.x, adjoints.weight, adjoints.bias, {}, {}};
  }
};

/// running = (1 - momentum) running + momentum value
void update(at::Tensor& running, const at::Tensor& value) {
  running.copy_(running.to(at::kDouble) * (1 - BatchNorm::kMomentum) + value * BatchNorm::kMomentum);
}

}  // namespace

BatchNorm::BatchNorm(std::int64_t channels, std::int64_t axes, StepMode step_mode)
    : axes_(axes), step_mode_(step_mode) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

at::Tensor BatchNorm::normalise(const at::Tensor& given, std::int64_t groups) {
  const auto x = in_known_order(given);
  const auto places = batch_places(x, groups);
  const auto moments = batch_moments(x, places);
  const auto n = static_cast<double>(places.count());
  for (std::int64_t group = 0; group < groups; ++group) {
    update(running_mean, moments.mean[group]);
    update(running_var, moments.variance[group] * (n / (n - 1)));
  }
  return BatchNormFunction::apply(x, weight, bias, moments, groups);
}

Sequence BatchNorm::forward(const Sequence& input) {
  const auto expanded = input.expanded();
  const auto& x = expanded.x;
  const auto by_library = [this](const at::Tensor& step) {
    return at::batch_norm(step, weight, bias, running_mean, running_var, is_training(), kMomentum, kEps,
                          /*cudnn_enabled=*/true);
  };
  if (!is_training()) return expanded.with(by_library(x));
  const auto groups = step_mode_ == StepMode::kSingle ? input.T : 1;
  QUALIA_SNN_CHECK(x.size(0) % groups == 0, ShapeError, kind(), ": a batch of ", x.sizes(), " is not ", groups,
                   " steps of equal size");
  QUALIA_SNN_CHECK(x.numel() > groups * x.size(1), ShapeError, kind(),
                   ": training needs more than one value per channel, the batch is ", x.sizes());
  num_batches_tracked.add_(groups);
  if (batch_norm_takes(x)) return expanded.with(normalise(x, groups));
  std::vector<at::Tensor> steps;
  for (const auto& step : x.chunk(groups, 0)) steps.push_back(by_library(step));
  return expanded.with(at::cat(steps, 0));
}

Shape BatchNorm::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  QUALIA_SNN_CHECK(static_cast<std::int64_t>(in.size()) == axes_ + 1 && in[0] == weight.size(0), ShapeError, "takes ",
                   weight.size(0), " channels and ", axes_, " axes, gets ", at::IntArrayRef(in));
  return in;
}

std::string BatchNorm::kind() const { return axes_ == 1 ? "BatchNorm1d" : "BatchNorm2d"; }

}  // namespace qualia_snn::layer
