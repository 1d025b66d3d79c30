#include "qualia_snn/learningframework/training_step.h"

#include <ATen/ATen.h>

#include <array>
#include <exception>
#include <utility>

#include "qualia_snn/core/log.h"

namespace qualia_snn::learningframework {
namespace {

using dataaugmentation::Batch;

std::array<at::Tensor, 4> tensors(const Batch& batch) {
  return {batch.x, batch.target, batch.second_target, batch.weight};
}

/// Whether a recording of one serves the other.
bool are_alike(const Batch& a, const Batch& b) {
  const auto as = tensors(a), bs = tensors(b);
  for (std::size_t i = 0; i < as.size(); ++i) {
    if (as[i].defined() != bs[i].defined()) return false;
    if (!as[i].defined()) continue;
    if (as[i].sizes() != bs[i].sizes() || as[i].scalar_type() != bs[i].scalar_type()) return false;
  }
  return a.T == b.T;
}

Batch copy(const Batch& batch) {
  auto copy = batch;
  for (auto* tensor : {&copy.x, &copy.target, &copy.second_target, &copy.weight}) {
    if (tensor->defined()) *tensor = tensor->clone();
  }
  return copy;
}

/// Those of the parameters, in their order; some may be undefined.
std::vector<at::Tensor> gradients(const TrainerModule& module) {
  std::vector<at::Tensor> all;
  for (const auto& parameter : module.model().parameters()) all.push_back(parameter.grad());
  return all;
}

void set_gradients(const TrainerModule& module, const std::vector<at::Tensor>& gradients) {
  const auto parameters = module.model().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
}

}  // namespace

StepResult training_step(const TrainerModule& module, const Batch& batch, const Backward& backward) {
  if (!backward.accumulate) module.model().zero_grad();
  StepResult result;
  {
    const Autocast autocast(module.precision(), module.device());
    result.output = module.forward(batch.x);
    result.loss = module.loss(result.output, batch);
  }
  auto loss = backward.factor == 1 ? result.loss : result.loss * backward.factor;
  if (backward.scale.defined()) loss = loss * backward.scale;
  loss.backward();
  return {result.output.detach(), result.loss.detach()};
}

RecordedStep::RecordedStep(const TrainerModule& module, std::unique_ptr<DeviceGraph> graph, Backward backward)
    : module_(module), backward_(std::move(backward)), graph_(std::move(graph)) {}

RecordedStep::~RecordedStep() {
  module_.model().hold_draws(false);
  // Gradients of the recording lie in its memory.
  if (recorded_) module_.model().zero_grad();
}

StepResult RecordedStep::run(const Batch& batch) {
  if (recorded_) {
    if (are_alike(batch, batch_) && !module_.model().is_watched()) return launch(batch);
    module_.model().redraw();  // what is held is of the last launch
  }
  auto result = training_step(module_, batch, backward_);
  if (graph_ && !recorded_) {
    warm_ups_ = are_alike(batch, batch_) ? warm_ups_ + 1 : 1;
    batch_ = batch;
    // At once: what this step drew is there to be held.
    if (warm_ups_ == kWarmUps) record();
  }
  return result;
}

StepResult RecordedStep::launch(const Batch& batch) {
  const auto from = tensors(batch), to = tensors(batch_);
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i].defined()) to[i].copy_(from[i]);
  }
  module_.model().redraw();
  set_gradients(module_, gradients_);
  graph_->launch();
  // The next launch writes to the same places.
  return {result_.output.clone(), result_.loss.clone()};
}

void RecordedStep::record() {
  if (module_.model().is_watched()) return give_up("somebody waits for the outputs of its layers");
  if (!module_.model().hold_draws(true)) return give_up("a layer draws random numbers that cannot be held");
  batch_ = copy(batch_);
  const auto of_this_step = gradients(module_);
  try {
    graph_->record([&] { result_ = training_step(module_, batch_, backward_); });
    gradients_ = gradients(module_);
    recorded_ = true;
  } catch (const c10::Error& error) {
    give_up(error.what_without_backtrace());
  } catch (const std::exception& error) {
    give_up(error.what());
  }
  set_gradients(module_, of_this_step);
}

void RecordedStep::give_up(const std::string& reason) {
  log::warning("cuda_graphs: training runs without, the step cannot be recorded: " + reason);
  module_.model().hold_draws(false);
  graph_ = nullptr;
}

}  // namespace qualia_snn::learningframework
