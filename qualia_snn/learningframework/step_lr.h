#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/lr_scheduler.h"

/// Schedules that hold the rate between sudden changes.
namespace qualia_snn::learningframework {

/// Multiplies the rate by gamma every step_size epochs.
class QUALIA_SNN_API StepLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = rate * gamma in epochs step_size, 2 * step_size, ... (from 0)\n"
      "Source: torch.optim.lr_scheduler.StepLR.";

  struct Options : SchedulerOptions {
    std::int64_t step_size = 1;
    double gamma = 0.1;

    static void options(auto&& o) {
      o("step_size", &Options::step_size, "epochs between two changes").required().at_least(1).at_most(1e9);
      o("gamma", &Options::gamma, "factor of each change");
      SchedulerOptions::options(o);
    }
  };
  StepLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

/// Multiplies the rate by gamma at milestones.
class QUALIA_SNN_API MultiStepLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = rate * gamma^n in an epoch (from 0) that stands n times in milestones\n"
      "Source: torch.optim.lr_scheduler.MultiStepLR.";

  struct Options : SchedulerOptions {
    std::vector<std::int64_t> milestones;
    double gamma = 0.1;

    static void options(auto&& o) {
      o("milestones", &Options::milestones, "epochs of the changes, in any order").required();
      o("gamma", &Options::gamma, "factor of each change");
      SchedulerOptions::options(o);
    }
  };
  MultiStepLR(Options options, const config::BuildContext&) : options_(std::move(options)) {}
  double initial(double base) const override { return next(0, base, base); }
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

/// Multiplies the rate by a factor for the first epochs.
class QUALIA_SNN_API ConstantLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = base * factor before epoch total_iters (from 0), base later\n"
      "Source: torch.optim.lr_scheduler.ConstantLR.";

  struct Options : SchedulerOptions {
    double factor = 1. / 3;
    std::int64_t total_iters = 5;

    static void options(auto&& o) {
      o("factor", &Options::factor, "what the base rate is multiplied by").at_least(0).at_most(1);
      o("total_iters", &Options::total_iters, "number of epochs with that rate; 0: all").at_least(0);
      SchedulerOptions::options(o);
    }
  };
  ConstantLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double initial(double base) const override { return base * options_.factor; }
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::learningframework
