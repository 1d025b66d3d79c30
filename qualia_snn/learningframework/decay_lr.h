#pragma once

#include <cstdint>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/lr_scheduler.h"

/// Schedules that change the rate smoothly.
namespace qualia_snn::learningframework {

/// Multiplies the rate by gamma every epoch.
class QUALIA_SNN_API ExponentialLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = base * gamma^epoch (epochs from 0)\n"
      "Source: torch.optim.lr_scheduler.ExponentialLR.";

  struct Options : SchedulerOptions {
    double gamma = 1;

    static void options(auto&& o) {
      o("gamma", &Options::gamma, "factor of each epoch").required();
      SchedulerOptions::options(o);
    }
  };
  ExponentialLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t /*epoch*/, double rate, double /*base*/) const override { return rate * options_.gamma; }

 private:
  Options options_;
};

/// Moves the rate on a straight line from one share of the base rate to another.
class QUALIA_SNN_API LinearLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = base * (start_factor + (end_factor - start_factor) * min(epoch / total_iters, 1)) (epochs from 0)\n"
      "Source: torch.optim.lr_scheduler.LinearLR.";

  struct Options : SchedulerOptions {
    double start_factor = 1. / 3, end_factor = 1;
    std::int64_t total_iters = 5;

    static void options(auto&& o) {
      o("start_factor", &Options::start_factor, "share of the base rate in the first epoch").above(0).at_most(1);
      o("end_factor", &Options::end_factor, "share of the base rate at the end").at_least(0).at_most(1);
      o("total_iters", &Options::total_iters, "epochs from one to the other; 0: stay").at_least(0);
      SchedulerOptions::options(o);
    }
  };
  LinearLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double initial(double base) const override { return base * options_.start_factor; }
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

/// Lowers the rate to zero along a power of the remaining epochs.
class QUALIA_SNN_API PolynomialLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = base * max(1 - epoch / total_iters, 0)^power (epochs from 0)\n"
      "Source: torch.optim.lr_scheduler.PolynomialLR.";

  struct Options : SchedulerOptions {
    std::int64_t total_iters = 5;
    double power = 1;

    static void options(auto&& o) {
      o("total_iters", &Options::total_iters, "epochs from the base rate to zero; 0: stay").at_least(0);
      o("power", &Options::power, "1: a straight line");
      SchedulerOptions::options(o);
    }
  };
  PolynomialLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

/// Moves the rate along half a cosine to its minimum, then back.
class QUALIA_SNN_API CosineAnnealingLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = eta_min + (base - eta_min) * (1 + cos(pi * epoch / T_max)) / 2 (epochs from 0)\n"
      "Source: Loshchilov, Hutter, ICLR 2017, eq. 5; torch.optim.lr_scheduler.CosineAnnealingLR.";

  struct Options : SchedulerOptions {
    std::int64_t T_max = 1;
    double eta_min = 0;

    static void options(auto&& o) {
      o("T_max", &Options::T_max, "epochs from the base rate to the smallest").required().at_least(1).at_most(1e9);
      o("eta_min", &Options::eta_min, "smallest rate");
      SchedulerOptions::options(o);
    }
  };
  CosineAnnealingLR(const Options& options, const config::BuildContext&) : options_(options) {}
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::learningframework
