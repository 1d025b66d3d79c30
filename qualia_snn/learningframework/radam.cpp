#include "qualia_snn/learningframework/radam.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qualia_snn::learningframework {

RAdam::RAdam(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.betas[0]), options_(options) {}

void RAdam::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double beta1 = *momentum(), beta2 = options_.betas[1];
  const auto t = static_cast<double>(state.step);
  const double bias_correction2 = 1 - std::pow(beta2, t);
  const double rho_inf = 2 / (1 - beta2) - 1;
  const double rho = rho_inf - 2 * t * std::pow(beta2, t) / bias_correction2;

  auto& exp_avg = state.tensor("exp_avg", parameter).lerp_(gradient, 1 - beta1);
  auto& exp_avg_sq = state.tensor("exp_avg_sq", parameter).mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  auto move = exp_avg.div(1 - std::pow(beta1, t)).mul_(learning_rate());
  if (rho > 5) {
    const double rectification = std::sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
    const auto adaptation = exp_avg_sq.sqrt().add_(options_.eps).reciprocal_().mul_(std::sqrt(bias_correction2));
    move.mul_(adaptation).mul_(rectification);
  }
  parameter.sub_(move);
}

}  // namespace qualia_snn::learningframework
