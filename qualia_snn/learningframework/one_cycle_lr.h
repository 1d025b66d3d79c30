#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/lr_scheduler.h"

namespace qualia_snn::learningframework {

/// Raises the rate to a maximum, then lowers it far below its start; momentum moves the other way.
///
/// Qualia steps it once per epoch: a "step" in the names of the options is an epoch.
class QUALIA_SNN_API OneCycleLR final : public LRScheduler {
 public:
  static constexpr const char* kDetails =
      "The rate goes from max_lr / div_factor to max_lr in pct_start * total_steps - 1 epochs, then down to\n"
      "max_lr / div_factor / final_div_factor at epoch total_steps - 1; with three_phase it first falls to its start "
      "as\n"
      "fast as it rose. Momentum (or the first beta) goes from max_momentum to base_momentum and back.\n"
      "The optimizer's lr is ignored. One step is one epoch: Qualia steps schedulers once per epoch.\n"
      "Source: Smith, Topin, 2017; torch.optim.lr_scheduler.OneCycleLR.";

  struct Options : SchedulerOptions {
    config::RealOrList max_lr;
    std::optional<std::int64_t> total_steps, epochs, steps_per_epoch;
    double pct_start = 0.3;
    std::string anneal_strategy = "cos";
    bool cycle_momentum = true;
    config::RealOrList base_momentum{{0.85}, false}, max_momentum{{0.95}, false};
    double div_factor = 25, final_div_factor = 1e4;
    bool three_phase = false;

    std::string validate() const;

    static void options(auto&& o) {
      o("max_lr", &Options::max_lr, "largest rate").required();
      o("total_steps", &Options::total_steps, "length of the cycle in epochs").at_least(1).at_most(1e9);
      o("epochs", &Options::epochs, "with steps_per_epoch: total_steps is their product").at_least(1).at_most(1e9);
      o("steps_per_epoch", &Options::steps_per_epoch, "see epochs").at_least(1).at_most(1e9);
      o("pct_start", &Options::pct_start, "share of the cycle in which the rate rises").at_least(0).at_most(1);
      o("anneal_strategy", &Options::anneal_strategy, "half a cosine or a straight line").one_of({"cos", "linear"});
      o("cycle_momentum", &Options::cycle_momentum, "move the momentum (or the first beta) too");
      o("base_momentum", &Options::base_momentum, "momentum at the largest rate").at_least(0).below(1);
      o("max_momentum", &Options::max_momentum, "momentum at start and end").at_least(0).below(1);
      o("div_factor", &Options::div_factor, "largest rate over rate of the start").above(0);
      o("final_div_factor", &Options::final_div_factor, "rate of the start over rate of the end").above(0);
      o("three_phase", &Options::three_phase, "fall as fast as the rate rose, then vanish");
      SchedulerOptions::options(o);
    }
  };
  OneCycleLR(const Options& options, const config::BuildContext&);

  double initial(double base) const override { return next(0, base, base); }
  /// @throws ConfigError  if the epoch lies behind total_steps.
  double next(std::int64_t epoch, double rate, double base) const override;
  std::optional<double> momentum(std::int64_t epoch) const override;

 private:
  struct Point {
    double rate, momentum;
  };
  /// A piece of the cycle that ends at an epoch, which need not be a whole number.
  struct Phase {
    double end;
    Point from, to;
  };
  Point point(std::int64_t epoch) const;

  std::int64_t total_steps_;
  bool cosine_, cycle_momentum_;
  std::vector<Phase> phases_;
};

}  // namespace qualia_snn::learningframework
