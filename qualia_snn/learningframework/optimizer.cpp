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
    if (const auto gradient = parameters_[i].grad(); gradient.defined()) step(i, gradient);
  }
}

void Optimizer::step(std::size_t index, const at::Tensor& given) {
  const auto& parameter = parameters_[index];
  auto& state = state_[index];
  auto gradient = given;
  ++state.step;
  if (update_in_one_pass(row_of(parameter), parameter, gradient, state)) return;
  if (options_.maximize) gradient = gradient.neg();
  if (options_.weight_decay != 0) {
    if (options_.decoupled_weight_decay) {
      parameter.mul_(1 - options_.lr * options_.weight_decay);
    } else {
      gradient = gradient.add(parameter, options_.weight_decay);
    }
  }
  update(parameter, gradient, state);
}

void Optimizer::step_unless(const at::Tensor& found_inf) {
  settle();
  if (found_inf.is_cpu() || !can_be_masked()) {
    if (found_inf.item<double>() == 0) step();
    return;
  }
  const at::NoGradGuard no_grad;
  const auto masked = found_inf.ne(0);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].grad().defined()) step_masked(i, masked);
  }
  unsettled_ = masked;
}

bool Optimizer::can_be_masked() const {
  if (counts_on_host()) return false;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].grad().defined() && state_[i].step == 0) return false;
  }
  return true;
}

void Optimizer::step_masked(std::size_t index, const at::Tensor& masked) {
  const auto& parameter = parameters_[index];
  const auto before = parameter.clone();
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : state_[index].tensors) tensors[name] = tensor.clone();
  step(index, parameter.grad());
  parameter.copy_(at::where(masked, before, parameter));
  for (const auto& [name, tensor] : tensors) {
    auto& now = state_[index].tensors.at(name);
    now.copy_(at::where(masked, tensor, now));
  }
}

void Optimizer::settle() {
  if (!unsettled_.defined()) return;
  const bool masked = unsettled_.item<bool>();
  unsettled_.reset();
  if (!masked) return;
  for (auto& state : state_) state.step -= state.step > 0;
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

State Optimizer::save() {
  settle();
  State state;
  state.set_real("learning_rate", learning_rate());
  if (momentum_) state.set_real("momentum", *momentum_);
  for (std::size_t i = 0; i < state_.size(); ++i) {
    State part;
    part.set_integer("step", state_[i].step);
    for (const auto& [name, tensor] : state_[i].tensors) part.set("tensors." + name, tensor);
    state.set_part(std::to_string(i), part);
  }
  return state;
}

void Optimizer::load(const State& state) {
  set_learning_rate(state.real("learning_rate"));
  if (momentum_) momentum_ = state.real("momentum");
  for (std::size_t i = 0; i < state_.size(); ++i) {
    const auto part = state.part(std::to_string(i));
    state_[i].step = part.integer("step");
    state_[i].tensors.clear();
    const auto remembered_state = part.part("tensors");  // outlives the loop over it
    for (const auto& [name, tensor] : remembered_state.tensors()) {
      auto& remembered = state_[i].tensors[name];
      remembered = tensor.clone();
      if (tensor.dim() == 0 && counts_on_host()) continue;
      QUALIA_SNN_CHECK(tensor.sizes() == parameters_[i].sizes(), DataError, "the optimizer's ", name, " of parameter ",
                       i, " is ", tensor.sizes(), "; expected ", parameters_[i].sizes());
      remembered = at::empty_like(parameters_[i], tensor.scalar_type()).copy_(tensor);
    }
  }
  unsettled_.reset();
}

}  // namespace qualia_snn::learningframework
