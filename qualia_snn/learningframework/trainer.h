#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/checkpoints.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/metrics.h"
#include "qualia_snn/learningframework/observer.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// One training call.
struct FitOptions {
  std::string name;
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  Checkpoints* checkpoints = nullptr;           ///< what it goes on from, and where it is kept; null: nothing
  std::function<bool()> interrupted = nullptr;  ///< asked after each step; may be empty
};

/// Trains the module's model; without an optimiser gradients are computed and no weight moves.
///
/// A call that goes on from a checkpoint ends with the same bits as one that was never stopped.
/// @param optimizer, scheduler, valid  may be null
/// @throws TrainingError  if a loss, a gradient or a weight is not finite, or the loss diverges, and no option says
/// what
///         else to do; Interrupted if `interrupted` says so, after the state was kept.
QUALIA_SNN_API void fit(TrainerModule& module, const datamodel::RawData& train, const datamodel::RawData* valid,
                        Optimizer* optimizer, const LRScheduler* scheduler, const FitOptions& options, Draws& draws,
                        const std::vector<std::shared_ptr<Observer>>& observers);

/// Runs the module's model over a set in evaluation mode and returns its metrics.
/// @param augmentations  where augmentations with `evaluate` draw from
QUALIA_SNN_API MetricCollection evaluate(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                                         const RandomSource& augmentations);

/// Returns the outputs [N, K] of the module's model over a set in evaluation mode, on the CPU.
QUALIA_SNN_API at::Tensor predict(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                                  const RandomSource& augmentations);

}  // namespace qualia_snn::learningframework
