#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "qualia_snn/core/state.h"
#include "qualia_snn/learningframework/loss_scaler.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "qualia_snn/learningframework/training_step.h"
#include "qualia_snn/learningframework/weight_average.h"

namespace qualia_snn::learningframework {

/// What happens between the gradients of a batch and the weights: accumulation, loss scaling, the check for numbers
/// that are not finite, clipping, the optimiser, the average of the weights.
class QUALIA_SNN_API GuardedUpdate {
 public:
  /// @param optimizer  may be null; outlives this, as the module does
  GuardedUpdate(const TrainerModule& module, Optimizer* optimizer);

  /// Returns how the gradients of the next batch are to be taken.
  Backward backward() const;
  /// Ends a batch: moves the weights if its group is complete.
  /// @param loss  of the batch, []
  /// @param last  of the epoch: its group is complete, however small
  /// @return  not 0 if the update was left out, float32 []; undefined where that is not looked for
  at::Tensor apply(const at::Tensor& loss, bool last);

  /// Returns how often the weights were to be moved.
  std::int64_t updates() const { return updates_; }
  /// Exchanges the weights and their average, where there is one; a second call takes that back.
  void swap_average();

  State save() const;
  void load(const State& state);

 private:
  std::vector<at::Tensor> gradients() const;
  bool looks_for_inf() const { return scaler_ || module_.options().on_nonfinite != "stop"; }
  at::Tensor find_inf(const std::vector<at::Tensor>& gradients);
  void clip(const std::vector<at::Tensor>& gradients) const;

  const TrainerModule& module_;
  Optimizer* optimizer_;
  std::optional<LossScaler> scaler_;
  std::optional<WeightAverage> average_;
  std::int64_t accumulated_ = 0, updates_ = 0;
  at::Tensor bad_losses_;  ///< of the group so far, float32 []; undefined where that is not looked for
};

}  // namespace qualia_snn::learningframework
