#include "qualia_snn/learningframework/nadam.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qualia_snn::learningframework {

NAdam::NAdam(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.betas[0]), options_(options) {}

double NAdam::mu(double t) const { return *momentum() * (1 - 0.5 * std::pow(0.96, t * options_.momentum_decay)); }

void NAdam::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double beta1 = *momentum(), beta2 = options_.betas[1], rate = learning_rate();
  const auto t = static_cast<double>(state.step);
  // A tensor of its own in fp32, as in Python: its rounding is part of the numbers.
  auto& mu_product = state.tensors["mu_product"];
  if (!mu_product.defined()) mu_product = at::ones({}, at::kFloat);
  mu_product.mul_(mu(t));
  const auto product = mu_product.item<double>();

  auto& exp_avg = state.tensor("exp_avg", parameter).lerp_(gradient, 1 - beta1);
  auto& exp_avg_sq = state.tensor("exp_avg_sq", parameter).mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  const auto denominator = exp_avg_sq.div(1 - std::pow(beta2, t)).sqrt_().add_(options_.eps);
  parameter.addcdiv_(gradient, denominator, -rate * (1 - mu(t)) / (1 - product));
  parameter.addcdiv_(exp_avg, denominator, -rate * mu(t + 1) / (1 - product * mu(t + 1)));
}

}  // namespace qualia_snn::learningframework
