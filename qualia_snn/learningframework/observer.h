#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/core/state.h"
#include "qualia_snn/learningframework/layer_health.h"
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
  std::int64_t epoch, step;      ///< both from 0
  std::int64_t steps_per_epoch;  ///< of which this is one
  std::int64_t updates;          ///< of the weights so far, since the training call began
  std::int64_t samples;          ///< of the batch
  double loss;                   ///< before the update
  double learning_rate;
  std::function<Metrics()> metrics;  ///< computes train_... of the batch; empty for a mixed one
};

/// One epoch that was done.
struct EpochInfo {
  std::int64_t epoch, epochs;  ///< epoch from 0
  std::int64_t steps;          ///< done since the training call began
  double loss;                 ///< mean over the samples
  double learning_rate;
  double seconds;  ///< of the training part
  double samples_per_second;
  Metrics metrics;                       ///< train_..., then val_... where there is a validation set
  double next_learning_rate = 0;         ///< of the epoch after this one
  std::vector<NamedHealth> health = {};  ///< of the layers of neurons, in their order; empty: not measured
};

/// Returns a figure of an epoch: train_loss or a metric; none if it was not measured.
QUALIA_SNN_API std::optional<double> find_figure(const EpochInfo& info, const std::string& name);

/// Hooks around training: progress, logs, checkpoints and guards are observers.
///
/// What an observer remembers is part of a checkpoint: `load` follows `on_fit_begin` where a training call goes on.
class QUALIA_SNN_API Observer {
 public:
  virtual ~Observer();
  virtual void on_fit_begin(const FitInfo&) {}
  /// Comes up to one step late, so that a GPU need not be waited for.
  virtual void on_step_end(const StepInfo&) {}
  virtual void on_epoch_end(const EpochInfo&) {}
  virtual void on_fit_end() {}
  /// Returns why training should end after this epoch; none: it should go on.
  virtual std::optional<std::string> stop_reason() const { return std::nullopt; }

  virtual State save() const { return {}; }
  virtual void load(const State&) {}
};

}  // namespace qualia_snn::learningframework
