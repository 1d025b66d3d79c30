#include "qualia_snn/learningframework/guarded_update.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <utility>

namespace qualia_snn::learningframework {
namespace {

constexpr double kNormEpsilon = 1e-6;  // of torch.nn.utils.clip_grad_norm_

}  // namespace

GuardedUpdate::GuardedUpdate(const TrainerModule& module, Optimizer* optimizer)
    : module_(module), optimizer_(optimizer) {
  if (module.precision().autocast == at::kHalf) scaler_.emplace(module.device());
  if (module.options().ema_decay > 0) average_.emplace(module.model(), module.options().ema_decay);
}

Backward GuardedUpdate::backward() const {
  const auto batches = static_cast<double>(module_.options().accumulate_grad_batches);
  return {1 / batches, scaler_ ? scaler_->scale() : at::Tensor(), accumulated_ > 0};
}

std::vector<at::Tensor> GuardedUpdate::gradients() const {
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : module_.model().parameters()) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  return gradients;
}

at::Tensor GuardedUpdate::find_inf(const std::vector<at::Tensor>& gradients) {
  if (scaler_) {
    auto found_inf = scaler_->unscale(gradients);
    scaler_->update(found_inf);
    return found_inf;
  }
  if (!looks_for_inf()) return {};
  auto found_inf = at::zeros({}, at::TensorOptions(module_.device()).dtype(at::kFloat));
  for (const auto& gradient : gradients) found_inf += gradient.isfinite().all().logical_not();
  return found_inf;
}

void GuardedUpdate::clip(const std::vector<at::Tensor>& gradients) const {
  const auto bound = module_.options().gradient_clip_val;
  if (bound == 0 || gradients.empty()) return;
  if (module_.options().gradient_clip_algorithm == "value") {
    for (const auto& gradient : gradients) gradient.clamp_(-bound, bound);
    return;
  }
  std::vector<at::Tensor> norms;
  for (const auto& gradient : gradients) norms.push_back(at::linalg_vector_norm(gradient, 2));
  const auto norm = at::linalg_vector_norm(at::stack(norms), 2);
  const auto factor = (bound / (norm + kNormEpsilon)).clamp_max(1);
  for (const auto& gradient : gradients) gradient.mul_(factor);
}

at::Tensor GuardedUpdate::apply(const at::Tensor& loss, bool last) {
  if (looks_for_inf()) {
    // A loss that is not finite may have finite gradients: the square of a large error, say.
    const auto bad = loss.detach().isfinite().logical_not().to(at::kFloat);
    bad_losses_ = bad_losses_.defined() ? bad_losses_ + bad : bad;
  }
  if (++accumulated_ < module_.options().accumulate_grad_batches && !last) return {};
  accumulated_ = 0;
  ++updates_;
  if (!optimizer_) {
    bad_losses_.reset();
    return {};
  }
  const at::NoGradGuard no_grad;
  const auto all = gradients();
  auto found_inf = find_inf(all);
  if (found_inf.defined()) found_inf = found_inf + std::exchange(bad_losses_, at::Tensor());
  clip(all);
  if (found_inf.defined()) {
    optimizer_->step_unless(found_inf);
  } else {
    optimizer_->step();
  }
  if (average_) average_->update();
  return found_inf;
}

void GuardedUpdate::swap_average() {
  if (average_) average_->swap();
}

State GuardedUpdate::save() const {
  State state;
  state.set_integer("updates", updates_);
  state.set_integer("accumulated", accumulated_);
  if (scaler_) state.set_part("scaler", scaler_->save());
  if (average_) state.set_part("average", average_->save());
  if (accumulated_ == 0) return state;
  // Within a group the gradients so far are part of the state.
  if (bad_losses_.defined()) state.set("bad_losses", bad_losses_);
  const auto parameters = module_.model().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].grad().defined()) state.set("gradient." + std::to_string(i), parameters[i].grad());
  }
  return state;
}

void GuardedUpdate::load(const State& state) {
  updates_ = state.integer("updates");
  accumulated_ = state.integer("accumulated");
  if (scaler_) scaler_->load(state.part("scaler"));
  if (average_) average_->load(state.part("average"));
  bad_losses_ = state.has("bad_losses") ? state.tensor("bad_losses").to(module_.device()) : at::Tensor();
  const auto parameters = module_.model().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto name = "gradient." + std::to_string(i);
    if (state.has(name)) parameters[i].mutable_grad() = at::empty_like(parameters[i]).copy_(state.tensor(name));
  }
}

}  // namespace qualia_snn::learningframework
