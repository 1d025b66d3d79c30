#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "tests/learningframework/traces.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::LRScheduler;
using learningframework::Optimizer;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

std::shared_ptr<LRScheduler> scheduler(const std::string& kind, const std::string& params) {
  return testing::make(kRegistries.schedulers, kRegistries, kind, params);
}

std::shared_ptr<Optimizer> optimizer(const std::string& kind, const std::string& params) {
  return testing::make(kRegistries.optimizers, kRegistries, kind, params);
}

void check_close(double actual, double expected) {
  CHECK(std::abs(actual - expected) <= 1e-12 * std::max(1., std::abs(expected)));
}

}  // namespace

TEST_CASE("every scheduler gives the rates and momenta of Python for 30 epochs", "[learningframework][scheduler]") {
  const auto traces = testing::read_traces("scheduler_traces.txt");
  for (const auto& name : kRegistries.schedulers.names()) {
    CHECK(std::any_of(traces.begin(), traces.end(), [&](const auto& trace) { return trace.kind == name; }));
  }
  for (const auto& trace : traces) {
    CAPTURE(trace.kind, trace.params);
    const auto rule = optimizer("SGD", "lr = 0.3, momentum = 0.5");
    const auto schedule = scheduler(trace.kind, trace.params);
    CHECK_NOTHROW(schedule->check(*rule, 30));
    const auto& rates = trace.lines.at(0);
    REQUIRE(rates.size() == 30);
    for (std::size_t epoch = 0; epoch < rates.size(); ++epoch) {
      CAPTURE(epoch);
      schedule->start_epoch(static_cast<std::int64_t>(epoch), 0.3, *rule);
      check_close(rule->learning_rate(), rates[epoch]);
      check_close(*rule->momentum(), trace.lines.size() > 1 ? trace.lines[1].at(epoch) : 0.5);
    }
  }
}

TEST_CASE("a schedule goes on from the rate that the optimiser has", "[learningframework][scheduler]") {
  const auto rule = optimizer("SGD", "lr = 0.3");
  rule->set_learning_rate(0.15);  // as after epoch 3 of 6
  scheduler("CosineAnnealingLR", "T_max = 6")->start_epoch(4, 0.3, *rule);
  CHECK(rule->learning_rate() == Approx(0.3 * 0.25));  // (1 + cos(4 pi / 6)) / 2
}

TEST_CASE("a cycled momentum is the first beta of Adam and needs one", "[learningframework][scheduler]") {
  const auto schedule = scheduler("OneCycleLR", "max_lr = 1, total_steps = 9");
  const auto adam = optimizer("Adam", "");
  schedule->start_epoch(0, 1e-3, *adam);
  CHECK(adam->momentum() == 0.95);
  CHECK(adam->learning_rate() == Approx(1. / 25));
  const auto adagrad = optimizer("Adagrad", "");
  CHECK_THROWS_AS(schedule->check(*adagrad, 1), ConfigError);
  CHECK_THROWS_WITH(schedule->check(*adagrad, 1), contains("set cycle_momentum = false"));
  CHECK_THROWS_WITH(schedule->start_epoch(0, 1e-3, *adagrad), contains("set cycle_momentum = false"));
  CHECK_NOTHROW(scheduler("OneCycleLR", "max_lr = 1, total_steps = 9, cycle_momentum = false")->check(*adagrad, 9));
}

TEST_CASE("a schedule that does not last or leaves the numbers is found before the training",
          "[learningframework][scheduler]") {
  const auto check = [](const std::string& kind, const std::string& params, std::int64_t epochs) {
    scheduler(kind, params)->check(*optimizer("SGD", "lr = 0.5"), epochs);
  };
  CHECK_NOTHROW(check("OneCycleLR", "max_lr = 1, total_steps = 9", 10));  // torch has a value there too
  CHECK_THROWS_WITH(check("OneCycleLR", "max_lr = 1, total_steps = 9", 11),
                    contains("the training goes beyond the 9 steps of OneCycleLR"));
  CHECK_NOTHROW(check("ConstantLR", "factor = 0, total_iters = 4", 4));
  CHECK_THROWS_WITH(check("ConstantLR", "factor = 0, total_iters = 4", 5),
                    contains("the learning rate of epoch 5 would be "));
  CHECK_THROWS_AS(check("ExponentialLR", "gamma = 1e300", 4), ConfigError);
  CHECK_THROWS_WITH(check("PolynomialLR", "power = -1", 6), contains("epoch 6 would be inf"));
  CHECK_NOTHROW(check("StepLR", "step_size = 1", 0));
}

TEST_CASE("params of schedulers that have no meaning are refused with their place", "[learningframework][scheduler]") {
  const auto refused = [](const std::string& kind, const std::string& params, const std::string& why) {
    CAPTURE(kind, params);
    CHECK_THROWS_AS(scheduler(kind, params), ConfigError);
    CHECK_THROWS_WITH(scheduler(kind, params), contains("trace.toml:1:") && contains(why));
  };
  CHECK_NOTHROW(scheduler("StepLR", "step_size = 1, last_epoch = -1"));
  refused("StepLR", "step_size = 1, last_epoch = 3", "params.last_epoch = 3: must be one of -1");
  refused("StepLR", "gamma = 0.5", "step_size");
  refused("StepLR", "step_size = 0", "must be >= 1");
  refused("MultiStepLR", "gamma = 0.5", "milestones");
  refused("MultiStepLR", "milestones = 5", "params.milestones = 5");
  refused("MultiStepLR", "milestones = [5, 1.5]", "milestones.1");
  refused("ConstantLR", "factor = 1.5", "must be >= 0 and <= 1");
  refused("ConstantLR", "total_iters = -1", "must be >= 0");
  refused("ExponentialLR", "", "gamma");
  refused("LinearLR", "start_factor = 0", "must be > 0 and <= 1");
  refused("LinearLR", "end_factor = 1.5", "must be >= 0 and <= 1");
  refused("LinearLR", "total_iters = -1", "must be >= 0");
  refused("PolynomialLR", "total_iters = -1", "must be >= 0");
  refused("CosineAnnealingLR", "", "T_max");
  refused("CosineAnnealingLR", "T_max = 0", "must be >= 1");
  refused("CosineAnnealingWarmRestarts", "", "T_0");
  refused("CosineAnnealingWarmRestarts", "T_0 = 0", "must be >= 1");
  refused("CosineAnnealingWarmRestarts", "T_0 = 1, T_mult = 0", "must be >= 1");
  refused("OneCycleLR", "total_steps = 3", "max_lr");
  refused("OneCycleLR", "max_lr = 1", "needs total_steps, or epochs and steps_per_epoch");
  refused("OneCycleLR", "max_lr = 1, epochs = 3", "needs total_steps, or epochs and steps_per_epoch");
  for (const auto* option : {"total_steps", "epochs", "steps_per_epoch"}) {
    refused("OneCycleLR", concat("max_lr = 1, ", option, " = 0"), "must be >= 1");
  }
  const auto refused_cycle = [&](const std::string& params, const std::string& why) {
    refused("OneCycleLR", "total_steps = 10, " + params, why);
  };
  refused_cycle("max_lr = [1, 2]", "max_lr takes one number");
  refused_cycle("max_lr = 1, base_momentum = []", "take one number each");
  refused_cycle("max_lr = 1, base_momentum = -0.5", "must be >= 0 and < 1");
  refused_cycle("max_lr = 1, max_momentum = 1", "must be >= 0 and < 1");
  refused_cycle("max_lr = 1, pct_start = 1.5", "must be >= 0 and <= 1");
  refused_cycle("max_lr = 1, pct_start = 0.1", "pct_start = 0.1 leaves one of 10 steps for the rise");
  refused_cycle("max_lr = 1, anneal_strategy = \"cosine\"", "must be one of \"cos\", \"linear\"");
  refused_cycle("max_lr = 1, div_factor = 0", "must be > 0");
  refused_cycle("max_lr = 1, final_div_factor = 0", "must be > 0");
  refused("SinDescent", "epoch = 10", "lr0 = lrf = 0.1: SinDescent divides by lrf - lr0");
  refused("SinDescent", "epoch = 0, lrf = 0.01", "divides by epoch");
  refused("SinDescent", "epoch = 9, lr0 = 0", "divides by lr0");
  for (const auto* kind :
       {"LambdaLR", "MultiplicativeLR", "ReduceLROnPlateau", "CyclicLR", "ChainedScheduler", "SequentialLR"}) {
    CAPTURE(kind);
    CHECK_THROWS_WITH(scheduler(kind, ""),
                      contains("this scheduler of Qualia is not offered yet; ") && contains("use "));
  }
}
