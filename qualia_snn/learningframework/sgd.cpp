#include "qualia_snn/learningframework/sgd.h"

#include <ATen/ATen.h>

#include "qualia_snn/learningframework/update_pass.h"

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

bool SGD::update_in_one_pass(UpdateRow row, const at::Tensor& parameter, const at::Tensor& gradient,
                             ParameterState& state) {
  const bool has_momentum = *momentum() != 0;
  std::vector<at::Tensor> tensors{parameter, gradient};
  if (has_momentum && state.tensors.contains("momentum_buffer")) tensors.push_back(state.tensors["momentum_buffer"]);
  if (!updates_in_one_pass(tensors)) return false;
  SGDRow sgd{};
  static_cast<UpdateRow&>(sgd) = row;
  sgd.parameter = parameter.mutable_data_ptr<float>();
  sgd.gradient = gradient.const_data_ptr<float>();
  if (has_momentum) {
    auto& buffer = state.tensors["momentum_buffer"];
    sgd.first = !buffer.defined();
    if (sgd.first) buffer = at::empty_like(parameter);
    sgd.momentum_buffer = buffer.mutable_data_ptr<float>();
  }
  sgd.momentum = static_cast<float>(*momentum());
  sgd.one_minus_dampening = static_cast<float>(1 - options_.dampening);
  sgd.nesterov = options_.nesterov;
  sgd.step_size = static_cast<float>(-learning_rate());
  learningframework::update_in_one_pass(sgd);
  parameter.unsafeGetTensorImpl()->bump_version();  // autograd notices what was kept of the old weights
  return true;
}

}  // namespace qualia_snn::learningframework
