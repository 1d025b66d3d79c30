#include "qualia_snn/learningframework/adam.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qualia_snn::learningframework {

Adam::Adam(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.betas[0]), options_(options) {}

void Adam::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double beta1 = *momentum(), beta2 = options_.betas[1];
  const auto t = static_cast<double>(state.step);
  auto& exp_avg = state.tensor("exp_avg", parameter).lerp_(gradient, 1 - beta1);
  auto& exp_avg_sq = state.tensor("exp_avg_sq", parameter).mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  auto average = exp_avg_sq;
  if (options_.amsgrad) {
    average = state.tensor("max_exp_avg_sq", parameter);
    at::maximum_out(average, average, exp_avg_sq);
  }
  const auto denominator = average.sqrt().div_(std::sqrt(1 - std::pow(beta2, t))).add_(options_.eps);
  parameter.addcdiv_(exp_avg, denominator, -learning_rate() / (1 - std::pow(beta1, t)));
}

AdamW::AdamW(const Options& options, const config::BuildContext& context) : Adam(options, context) {}

}  // namespace qualia_snn::learningframework
