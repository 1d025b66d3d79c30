#pragma once

#include <cstdint>
#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/lr_scheduler.h"

/// Schedules that fall and rise again.
namespace qualia_snn::learningframework {

/// Moves the rate along half a cosine to its minimum, again and again.
class QUALIA_SNN_API CosineAnnealingWarmRestarts final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = eta_min + (base - eta_min) * (1 + cos(pi * t / T)) / 2, t epochs after a restart\n"
      "The first restart comes after T = T_0 epochs, each later one after T_mult times as many as the one before.\n"
      "Source: Loshchilov, Hutter, ICLR 2017; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.";

  struct Options : SchedulerOptions {
    std::int64_t T_0 = 1, T_mult = 1;
    double eta_min = 0;

    static void options(auto&& o) {
      o("T_0", &Options::T_0, "epochs to the first restart").required().at_least(1).at_most(1e9);
      o("T_mult", &Options::T_mult, "growth of the epochs between restarts").at_least(1).at_most(1e9);
      o("eta_min", &Options::eta_min, "smallest rate");
      SchedulerOptions::options(o);
    }
  };
  CosineAnnealingWarmRestarts(const Options& options, const config::BuildContext&) : options_(options) {}
  double initial(double base) const override { return next(0, base, base); }
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

/// Moves the rate on a straight line with a fading sine on it; the optimiser's own rate is ignored.
class QUALIA_SNN_API SinDescent final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "rate = lr0 + t * (lrf - lr0) / epoch + (1 - t / epoch) * pme * sin(2 * pi * w * t / epoch) in epoch t (from 0)\n"
      "The optimizer's lr is ignored. Rates below zero are possible, as in Qualia.\n"
      "Source: qualia_core.learningframework.CustomScheduler.SinDescent.";

  struct Options : SchedulerOptions {
    std::int64_t epoch = -1;
    double pme = 0, w = 1, lr0 = 0.1, lrf = 0.1;

    std::string validate() const;

    static void options(auto&& o) {
      o("epoch", &Options::epoch, "epochs from lr0 to lrf; not 0");
      o("pme", &Options::pme, "amplitude of the sine");
      o("w", &Options::w, "periods of the sine");
      o("lr0", &Options::lr0, "rate of the first epoch; not 0");
      o("lrf", &Options::lrf, "rate at the end; not lr0");
      SchedulerOptions::options(o);
    }
  };
  SinDescent(const Options& options, const config::BuildContext&) : options_(options) {}
  double initial(double base) const override { return next(0, base, base); }
  double next(std::int64_t epoch, double rate, double base) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::learningframework
