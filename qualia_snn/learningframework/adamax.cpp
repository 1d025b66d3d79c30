#include "qualia_snn/learningframework/adamax.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qualia_snn::learningframework {

Adamax::Adamax(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.betas[0]), options_(options) {}

void Adamax::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double beta1 = *momentum(), beta2 = options_.betas[1];
  auto& exp_avg = state.tensor("exp_avg", parameter).lerp_(gradient, 1 - beta1);
  auto& exp_inf = state.tensor("exp_inf", parameter).mul_(beta2);
  at::maximum_out(exp_inf, exp_inf, gradient.abs().add_(options_.eps));
  const double bias_correction = 1 - std::pow(beta1, static_cast<double>(state.step));
  parameter.addcdiv_(exp_avg, exp_inf, -learning_rate() / bias_correction);
}

}  // namespace qualia_snn::learningframework
