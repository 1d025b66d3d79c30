#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/learningframework/guarded_update.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/learningframework/training_step.h"

namespace qualia_snn::learningframework {

/// One training call on its way: see `fit`.
///
/// What decides how it goes on is the position, the weights, the optimiser, what the epoch has measured, what observers
/// remember and the state of the generators; `save` returns all of it.
class Fit {
 public:
  Fit(TrainerModule& module, Optimizer* optimizer, const LRScheduler* scheduler, const FitOptions& options,
      Draws& draws, const std::vector<std::shared_ptr<Observer>>& observers);
  void run(const datamodel::RawData& train, const datamodel::RawData* valid);

 private:
  using Clock = std::chrono::steady_clock;

  /// A step whose loss may still be on its way from the device.
  struct PendingStep {
    std::int64_t step, samples, updates;
    at::Tensor loss, output, target;  ///< target: undefined if mixed
    at::Tensor left_out;              ///< as of GuardedUpdate::apply
  };

  void record_steps();
  void check_guards(const datamodel::RawData* valid) const;
  void begin(const datamodel::RawData& train);
  void run_epoch(const datamodel::RawData& train, const datamodel::RawData* valid);
  void train_epoch(const datamodel::RawData& train);
  void run_guarded_step(dataaugmentation::Batch batch, std::int64_t step, bool last);
  dataaugmentation::Batch make_batch(const Loader& loader, std::int64_t step) const;
  PendingStep run_step(dataaugmentation::Batch batch, std::int64_t step, bool last);
  void finish_step();
  void leave_out(const PendingStep& step, double loss);
  EpochInfo end_training_part(Clock::time_point start) const;
  void check_weights() const;
  void check_divergence(double loss);
  void keep(bool epoch_ended);
  void reload(const std::string& reason);
  bool is_over() const;
  double learning_rate() const { return optimizer_ ? optimizer_->learning_rate() : 0; }
  double next_learning_rate() const;
  double seconds_so_far() const;
  std::string where(std::int64_t step) const;

  State save();
  void load(const State& state);

  template <class Info>
  void notify(void (Observer::*hook)(const Info&), const Info& info) {
    for (const auto& observer : observers_) ((*observer).*hook)(info);
  }

  TrainerModule& module_;
  Optimizer* optimizer_;
  const LRScheduler* scheduler_;
  const FitOptions& options_;
  Draws& draws_;
  const std::vector<std::shared_ptr<Observer>>& observers_;
  GuardedUpdate update_;
  MetricCollection train_metrics_;
  std::int64_t batches_ = 0;           ///< of an epoch
  std::int64_t epoch_ = 0, step_ = 0;  ///< where it goes on: the step is the first that was not done
  double base_rate_ = 0;
  double loss_sum_ = 0;        ///< of the samples of this epoch
  std::int64_t samples_ = 0;   ///< that are in it
  std::int64_t left_out_ = 0;  ///< updates in a row
  std::int64_t reloads_ = 0;
  std::optional<double> lowest_loss_;
  double seconds_before_ = 0;  ///< of what was done before this process went on
  Clock::time_point start_ = Clock::now();
  State epoch_generators_;          ///< at the beginning of the epoch
  std::optional<State> last_good_;  ///< of the last epoch, if it may be reloaded
  std::optional<PendingStep> pending_;
  std::optional<RecordedStep> recorded_step_;
};

}  // namespace qualia_snn::learningframework
