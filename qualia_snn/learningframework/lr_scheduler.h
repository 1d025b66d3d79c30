#pragma once

#include <cstdint>
#include <optional>

#include "qualia_snn/core/api.h"

namespace qualia_snn::learningframework {

class Optimizer;

/// Options that all schedulers share.
struct SchedulerOptions {
  std::int64_t last_epoch = -1;

  static void options(auto&& o) {
    o("last_epoch", &SchedulerOptions::last_epoch, "accepted as -1: a schedule starts at its beginning").one_of({-1});
  }
};

/// The learning rate of each epoch, as a recurrence: torch's schedulers multiply the last rate, bit for bit.
///
/// Epochs count from 0; `base` is the rate that the optimiser was given.
class QUALIA_SNN_API LRScheduler {
 public:
  virtual ~LRScheduler();

  /// Returns the rate of epoch 0.
  virtual double initial(double base) const { return base; }
  /// Returns the rate of an epoch from 1.
  /// @param rate  of the epoch before
  virtual double next(std::int64_t epoch, double rate, double base) const = 0;
  /// Returns the momentum or first beta of an epoch; none if the schedule leaves it alone.
  virtual std::optional<double> momentum(std::int64_t /*epoch*/) const { return std::nullopt; }

  /// Gives an optimiser the rate and momentum of an epoch; it still has the rate of the epoch before.
  /// @throws ConfigError  as `check` does.
  void start_epoch(std::int64_t epoch, double base, Optimizer& optimizer) const;

  /// Checks that the optimiser, which still has its base rate, can be scheduled for a number of epochs.
  /// @throws ConfigError  if the schedule moves a momentum that the optimiser does not have, is shorter than the
  ///                      training, or gives a rate that is not finite.
  void check(const Optimizer& optimizer, std::int64_t epochs) const;
};

}  // namespace qualia_snn::learningframework
