#include "qualia_snn/learningframework/rmsprop.h"

#include <ATen/ATen.h>

namespace qualia_snn::learningframework {

RMSprop::RMSprop(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.momentum), options_(options) {}

void RMSprop::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  const double alpha = options_.alpha;
  auto& square_avg = state.tensor("square_avg", parameter).mul_(alpha).addcmul_(gradient, gradient, 1 - alpha);
  at::Tensor denominator;
  if (options_.centered) {
    auto& grad_avg = state.tensor("grad_avg", parameter).lerp_(gradient, 1 - alpha);
    denominator = square_avg.addcmul(grad_avg, grad_avg, -1).sqrt_().add_(options_.eps);
  } else {
    denominator = square_avg.sqrt().add_(options_.eps);
  }
  if (*momentum() > 0) {
    auto& buffer = state.tensor("momentum_buffer", parameter);
    parameter.add_(buffer.mul_(*momentum()).addcdiv_(gradient, denominator), -learning_rate());
  } else {
    parameter.addcdiv_(gradient, denominator, -learning_rate());
  }
}

}  // namespace qualia_snn::learningframework
