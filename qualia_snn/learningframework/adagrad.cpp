#include "qualia_snn/learningframework/adagrad.h"

#include <ATen/ATen.h>

namespace qualia_snn::learningframework {

Adagrad::Adagrad(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, std::nullopt), options_(options) {}

void Adagrad::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double rate = learning_rate() / (1 + static_cast<double>(state.step - 1) * options_.lr_decay);
  auto& sum = state.tensor("sum", parameter, options_.initial_accumulator_value);
  sum.addcmul_(gradient, gradient);
  parameter.addcdiv_(gradient, sum.sqrt().add_(options_.eps), -rate);
}

}  // namespace qualia_snn::learningframework
