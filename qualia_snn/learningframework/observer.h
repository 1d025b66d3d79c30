#pragma once

#include <cstdint>
#include <string>

#include "qualia_snn/learningframework/metrics.h"

namespace qualia_snn::learningframework {

class TrainerModule;

/// What a training call is about to do.
struct FitInfo {
  const TrainerModule& module;
  std::string name;
  std::int64_t epochs, steps_per_epoch, samples;
};

/// One training step that was done.
struct StepInfo {
  std::int64_t epoch, step;  ///< both from 0
  double loss;               ///< before the update
};

/// One epoch that was done.
struct EpochInfo {
  std::int64_t epoch, epochs;  ///< epoch from 0
  std::int64_t steps;          ///< done since the training call began
  double loss;                 ///< mean over the samples
  double learning_rate;
  double seconds;  ///< of the training part
  double samples_per_second;
  Metrics metrics;  ///< train_..., then val_... where there is a validation set
};

/// Hooks around training: progress, logs, checkpoints and guards are observers.
class QUALIA_SNN_API Observer {
 public:
  virtual ~Observer();
  virtual void on_fit_begin(const FitInfo&) {}
  /// Comes up to one step late, so that a GPU need not be waited for.
  virtual void on_step_end(const StepInfo&) {}
  virtual void on_epoch_end(const EpochInfo&) {}
  virtual void on_fit_end() {}
};

}  // namespace qualia_snn::learningframework
