#include "qualia_snn/learningframework/sgd.h"

#include <ATen/ATen.h>

namespace qualia_snn::learningframework {

SGD::SGD(const Options& options, const config::BuildContext& context)
    : Optimizer(options, context, options.momentum), options_(options) {}

void SGD::update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) {
  if (*momentum() == 0) {
    parameter.add_(gradient, -learning_rate());
    return;
  }
  auto& buffer = state.tensors["momentum_buffer"];
  if (buffer.defined()) {
    buffer.mul_(*momentum()).add_(gradient, 1 - options_.dampening);
  } else {
    buffer = gradient.clone();
  }
  parameter.add_(options_.nesterov ? gradient.add(buffer, *momentum()) : buffer, -learning_rate());
}

}  // namespace qualia_snn::learningframework
