#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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

/// A model that is done: trained or loaded, evaluated, and written.
struct ModelInfo {
  std::string name;
  std::int64_t parameters;
  std::optional<std::string> hash;         ///< SHA-256 of its .pth file; none: there is no file
  std::optional<std::string> parent_hash;  ///< of the file that it was made from
  Metrics metrics;                         ///< of its evaluation
  std::int64_t timesteps;                  ///< T
  bool spiking;
};

/// An evaluation of a model that was trained before.
struct EvaluationInfo {
  std::string name, hash;  ///< hash: SHA-256 of its .pth file
  Metrics metrics;
  double seconds_per_sample;
};

/// What one inference of a model takes, by OperationCounter.
struct OperationsInfo {
  std::string hash;  ///< SHA-256 of its .pth file
  std::vector<std::string> names;
  std::vector<double> figures;  ///< operations and accesses to memory, one for each name
  bool spiking;
  double input_spikerate, output_spikerate, input_count, output_count;  ///< of spiking models
  bool input_is_binary, output_is_binary;
};

/// Returns a figure of an epoch: train_loss or a metric; none if it was not measured.
QUALIA_SNN_API std::optional<double> find_figure(const EpochInfo& info, const std::string& name);

/// Hooks around training: progress, logs, checkpoints, guards and trackers of experiments are observers.
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
  /// Comes after the training call and what follows it; a run that goes on may give the same model a second time.
  virtual void on_model(const ModelInfo&) {}
  virtual void on_evaluation(const EvaluationInfo&) {}
  virtual void on_operations(const OperationsInfo&) {}
  /// Returns why training should end after this epoch; none: it should go on.
  virtual std::optional<std::string> stop_reason() const { return std::nullopt; }

  virtual State save() const { return {}; }
  virtual void load(const State&) {}
};

using Observers = std::vector<std::shared_ptr<Observer>>;

}  // namespace qualia_snn::learningframework
