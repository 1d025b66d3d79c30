#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "qualia_snn/core/device_graph.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// What one batch gave.
struct StepResult {
  at::Tensor output;  ///< [N, K]
  at::Tensor loss;    ///< []
};

/// How gradients of a loss are taken.
struct Backward {
  double factor = 1;        ///< of the loss
  at::Tensor scale;         ///< a further factor [], which the device has; undefined: none
  bool accumulate = false;  ///< add to the gradients that are there
};

/// Runs forward, loss and backward of a prepared batch; the parameters have this batch's gradients then.
QUALIA_SNN_API StepResult training_step(const TrainerModule& module, const dataaugmentation::Batch& batch,
                                        const Backward& backward = {});

/// The same from a recording, for devices on which the host's part of a step takes longer than theirs.
///
/// After some batches of equal sizes the step is recorded; such batches are then copied to where the recorded one lay,
/// and the recording is launched. Batches of other sizes, for example the last of an epoch, run as they are. A model
/// that cannot be recorded is told of once and runs as it is; one whose layers are watched later runs as it is while
/// they are. What else is changed in a model after it was recorded is not seen.
class QUALIA_SNN_API RecordedStep {
 public:
  /// Batches in a row that run as they are first: libraries choose and allocate in their first calls.
  static constexpr int kWarmUps = 3;

  /// @param graph  of the module's device
  RecordedStep(const TrainerModule& module, std::unique_ptr<DeviceGraph> graph, Backward backward = {});
  ~RecordedStep();
  RecordedStep(const RecordedStep&) = delete;
  RecordedStep& operator=(const RecordedStep&) = delete;

  StepResult run(const dataaugmentation::Batch& batch);

 private:
  StepResult launch(const dataaugmentation::Batch& batch);
  void record();
  void give_up(const std::string& reason);

  const TrainerModule& module_;
  Backward backward_;
  std::unique_ptr<DeviceGraph> graph_;  ///< null: the model cannot be recorded
  bool recorded_ = false;
  int warm_ups_ = 0;                   ///< batches in a row of the same sizes so far
  dataaugmentation::Batch batch_;      ///< what the recording reads; before it, the last batch
  StepResult result_;                  ///< what it writes
  std::vector<at::Tensor> gradients_;  ///< of the parameters, which it writes too
};

}  // namespace qualia_snn::learningframework
