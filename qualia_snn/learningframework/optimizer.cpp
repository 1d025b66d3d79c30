#include "qualia_snn/learningframework/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/update_kernels.h"

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
    ++state_[i].step;
    if (update_in_one_pass(row_of(parameter), parameter, gradient, state_[i])) continue;
    if (options_.maximize) gradient = gradient.neg();
    if (options_.weight_decay != 0) {
      if (options_.decoupled_weight_decay) {
        parameter.mul_(1 - options_.lr * options_.weight_decay);
      } else {
        gradient = gradient.add(parameter, options_.weight_decay);
      }
    }
    update(parameter, gradient, state_[i]);
  }
}

UpdateRow Optimizer::row_of(const at::Tensor& parameter) const {
  const auto& o = options_;
  return {parameter.numel(),
          nullptr,
          nullptr,
          o.decoupled_weight_decay ? 0.f : static_cast<float>(o.weight_decay),
          o.decoupled_weight_decay && o.weight_decay != 0 ? static_cast<float>(1 - o.lr * o.weight_decay) : 1.f,
          o.maximize};
}

bool Optimizer::update_in_one_pass(UpdateRow, const at::Tensor&, const at::Tensor&, ParameterState&) { return false; }

void Optimizer::set_momentum(double momentum) {
  check_momentum();
  momentum_ = momentum;
}

void Optimizer::check_momentum() const {
  QUALIA_SNN_CHECK(momentum_, ConfigError, "model.optimizer.scheduler: cycle_momentum = true needs an optimizer with ",
                   "momentum or betas, which this one does not have; set cycle_momentum = false");
}

}  // namespace qualia_snn::learningframework
