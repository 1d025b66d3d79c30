#pragma once

#include <cstdint>

#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// Which steps Lightning's loggers log: the last batch of every fiftieth update. Source: log_every_n_steps = 50.
class QUALIA_SNN_API LoggedSteps {
 public:
  static constexpr std::int64_t kEvery = 50;

  /// Looks at a step that was done. @return  whether it is logged.
  bool take(const learningframework::StepInfo& info);
  std::int64_t last_update() const { return last_update_; }
  void set_last_update(std::int64_t update) { last_update_ = update; }

 private:
  std::int64_t last_update_ = 0;  ///< that was looked at
};

/// Returns train_... of a step, by name, and then its loss.
QUALIA_SNN_API learningframework::Metrics step_figures(const learningframework::StepInfo& info);

/// What Lightning logs of an epoch, each by name; validation comes first.
struct EpochFigures {
  learningframework::Metrics valid;  ///< empty: there is no validation set
  learningframework::Metrics train;  ///< and then lr
};
QUALIA_SNN_API EpochFigures epoch_figures(const learningframework::EpochInfo& info);

}  // namespace qualia_snn::experimenttracking
