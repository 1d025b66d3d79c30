#pragma once

#include <cstdint>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/api.h"

namespace qualia_snn::learningframework {

/// The learning rate of each epoch, as a recurrence: torch's schedulers multiply the last rate, bit for bit.
class QUALIA_SNN_API LRScheduler {
 public:
  virtual ~LRScheduler();
  /// Returns the rate of `epoch`.
  /// @param epoch    from 1; epoch 0 has the initial rate
  /// @param rate     of the epoch before
  /// @param initial  rate of epoch 0
  virtual double next(std::int64_t epoch, double rate, double initial) const = 0;
};

/// Multiplies the rate by gamma every step_size epochs. Source: torch.optim.lr_scheduler.StepLR.
class QUALIA_SNN_API StepLR final : public LRScheduler {
 public:
  struct Options {
    std::int64_t step_size = 1;
    double gamma = 0.1;

    static void options(auto&& o) {
      o("step_size", &Options::step_size, "epochs between two changes").required().at_least(1).at_most(1e9);
      o("gamma", &Options::gamma, "factor of each change");
    }
  };
  StepLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t epoch, double rate, double initial) const override;

 private:
  Options options_;
};

/// Half a cosine from the initial rate to eta_min over T_max epochs, then back.
/// Source: Loshchilov, Hutter, ICLR 2017, eq. 5; torch.optim.lr_scheduler.CosineAnnealingLR.
class QUALIA_SNN_API CosineAnnealingLR final : public LRScheduler {
 public:
  struct Options {
    std::int64_t T_max = 1;
    double eta_min = 0;

    static void options(auto&& o) {
      o("T_max", &Options::T_max, "epochs from the initial rate to the smallest").required().at_least(1).at_most(1e9);
      o("eta_min", &Options::eta_min, "smallest rate");
    }
  };
  CosineAnnealingLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t epoch, double rate, double initial) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::learningframework
