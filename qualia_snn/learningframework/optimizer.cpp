#include "qualia_snn/learningframework/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {

at::Tensor& ParameterState::tensor(const std::string& name, const at::Tensor& parameter, double initial) {
  auto& tensor = tensors[name];
  if (!tensor.defined()) tensor = at::full_like(parameter, initial);
  return tensor;
}

Optimizer::Optimizer(const OptimizerOptions& options, const config::BuildContext& context,
                     std::optional<double> momentum)
    : options_(options), momentum_(momentum), parameters_(context.parameters), state_(parameters_.size()) {}

Optimizer::~Optimizer() = default;

void Optimizer::zero_grad() {
  for (const auto& parameter : parameters_) parameter.mutable_grad().reset();
}

void Optimizer::step() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& parameter = parameters_[i];
    auto gradient = parameter.grad();
    if (!gradient.defined()) continue;
    if (options_.maximize) gradient = gradient.neg();
    if (options_.weight_decay != 0) {
      if (options_.decoupled_weight_decay) {
        parameter.mul_(1 - options_.lr * options_.weight_decay);
      } else {
        gradient = gradient.add(parameter, options_.weight_decay);
      }
    }
    ++state_[i].step;
    update(parameter, gradient, state_[i]);
  }
}

void Optimizer::set_momentum(double momentum) {
  check_momentum();
  momentum_ = momentum;
}

void Optimizer::check_momentum() const {
  QUALIA_SNN_CHECK(momentum_, ConfigError, "model.optimizer.scheduler: cycle_momentum = true needs an optimizer with ",
                   "momentum or betas, which this one does not have; set cycle_momentum = false");
}

}  // namespace qualia_snn::learningframework
