#include "qualia_snn/learningframework/weight_average.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace qualia_snn::learningframework {

WeightAverage::WeightAverage(const learningmodel::LearningModel& model, double decay)
    : parameters_(model.parameters()), decay_(decay) {
  for (const auto& parameter : parameters_) average_.push_back(parameter.detach().clone());
}

void WeightAverage::update() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i].lerp_(parameters_[i], 1 - decay_);
}

void WeightAverage::swap() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < average_.size(); ++i) {
    const auto average = average_[i].clone();
    average_[i].copy_(parameters_[i]);
    parameters_[i].copy_(average);
  }
}

State WeightAverage::save() const {
  State state;
  for (std::size_t i = 0; i < average_.size(); ++i) state.set(std::to_string(i), average_[i]);
  return state;
}

void WeightAverage::load(const State& state) {
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i].copy_(state.tensor(std::to_string(i)));
}

}  // namespace qualia_snn::learningframework
