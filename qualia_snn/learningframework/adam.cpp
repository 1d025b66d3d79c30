#include "qualia_snn/learningframework/adam.h"

#include <ATen/ATen.h>

#include <cmath>

#include "qualia_snn/learningframework/update_pass.h"

namespace qualia_snn::learningframework {
namespace {

/// Returns the correctly rounded square root: MKL's, which LibTorch takes for float, is an ulp off now and then.
at::Tensor root_of(const at::Tensor& x) { return at::sqrt(x.to(at::kDouble)).to(x.scalar_type()); }

}  // namespace

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
  const auto denominator = root_of(average).div_(std::sqrt(1 - std::pow(beta2, t))).add_(options_.eps);
  parameter.addcdiv_(exp_avg, denominator, -learning_rate() / (1 - std::pow(beta1, t)));
}

bool Adam::update_in_one_pass(UpdateRow row, const at::Tensor& parameter, const at::Tensor& gradient,
                              ParameterState& state) {
  if (options_.amsgrad) return false;
  auto &exp_avg = state.tensor("exp_avg", parameter), &exp_avg_sq = state.tensor("exp_avg_sq", parameter);
  if (!updates_in_one_pass({parameter, gradient, exp_avg, exp_avg_sq})) return false;
  const double beta1 = *momentum(), beta2 = options_.betas[1];
  const auto t = static_cast<double>(state.step);
  AdamRow adam{};
  static_cast<UpdateRow&>(adam) = row;
  adam.parameter = parameter.mutable_data_ptr<float>();
  adam.gradient = gradient.const_data_ptr<float>();
  adam.exp_avg = exp_avg.mutable_data_ptr<float>();
  adam.exp_avg_sq = exp_avg_sq.mutable_data_ptr<float>();
  adam.one_minus_beta1 = static_cast<float>(1 - beta1);
  adam.beta2 = static_cast<float>(beta2);
  adam.one_minus_beta2 = static_cast<float>(1 - beta2);
  adam.root_of_correction = static_cast<float>(std::sqrt(1 - std::pow(beta2, t)));
  adam.eps = static_cast<float>(options_.eps);
  adam.step_size = static_cast<float>(-learning_rate() / (1 - std::pow(beta1, t)));
  learningframework::update_in_one_pass(adam);
  parameter.unsafeGetTensorImpl()->bump_version();  // autograd notices what was kept of the old weights
  return true;
}

AdamW::AdamW(const Options& options, const config::BuildContext& context) : Adam(options, context) {}

}  // namespace qualia_snn::learningframework
