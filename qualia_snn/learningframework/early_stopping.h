#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "qualia_snn/learningframework/observer.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Ends training once the checkpoint metric has not become better for some epochs.
///
/// Source: lightning.pytorch.callbacks.EarlyStopping.
class QUALIA_SNN_API EarlyStopping final : public Observer {
 public:
  /// @param options  its `checkpoint_metric` and `early_stopping_...`
  explicit EarlyStopping(const TrainerModule::Options& options) : options_(options) {}
  void on_epoch_end(const EpochInfo& info) override;
  std::optional<std::string> stop_reason() const override;
  State save() const override;
  void load(const State& state) override;

 private:
  TrainerModule::Options options_;
  std::optional<double> best_;
  std::int64_t waited_ = 0;  ///< epochs since the best one
};

}  // namespace qualia_snn::learningframework
