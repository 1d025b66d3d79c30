#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/core/state.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Evaluation mode for a look at the model that training must not notice.
///
/// Gives LibTorch's generators back as they were, which layers of plugins may draw from, and forgets the model's state.
class QUALIA_SNN_API UndisturbedEvaluation {
 public:
  explicit UndisturbedEvaluation(TrainerModule& module);
  ~UndisturbedEvaluation();
  UndisturbedEvaluation(const UndisturbedEvaluation&) = delete;
  UndisturbedEvaluation& operator=(const UndisturbedEvaluation&) = delete;

 private:
  TrainerModule& module_;
  State generators_;
};

/// Returns `count` positions in a set, evenly spaced, or all of a smaller one.
QUALIA_SNN_API at::Tensor evenly_spaced(std::int64_t count, std::int64_t size);

}  // namespace qualia_snn::learningframework
