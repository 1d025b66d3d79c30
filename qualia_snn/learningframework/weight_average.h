#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningframework {

/// An exponential moving average of a model's parameters: average = decay * average + (1 - decay) * parameter.
///
/// Buffers, for example the statistics of batch norm, are those of the model.
/// Source: Polyak and Juditsky, 1992, https://doi.org/10.1137/0330046; torch.optim.swa_utils.get_ema_avg_fn.
class QUALIA_SNN_API WeightAverage {
 public:
  WeightAverage(const learningmodel::LearningModel& model, double decay);

  /// Takes the present weights into the average.
  void update();
  /// Exchanges average and weights; a second call takes that back.
  void swap();

  State save() const;
  void load(const State& state);

 private:
  std::vector<at::Tensor> parameters_, average_;
  double decay_;
};

}  // namespace qualia_snn::learningframework
