#include "qualia_snn/learningframework/lr_scheduler.h"

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

LRScheduler::~LRScheduler() = default;

void LRScheduler::start_epoch(std::int64_t epoch, double base, Optimizer& optimizer) const {
  optimizer.set_learning_rate(epoch == 0 ? initial(base) : next(epoch, optimizer.learning_rate(), base));
  if (const auto factor = momentum(epoch)) optimizer.set_momentum(*factor);
}

void LRScheduler::check(const Optimizer& optimizer, std::int64_t epochs) const {
  if (momentum(0)) optimizer.check_momentum();
  const double base = optimizer.learning_rate();
  double rate = initial(base);
  // Schedules that go wrong do so early; a billion epochs must not take minutes here.
  const auto checked = std::min<std::int64_t>(epochs, 100000);
  for (std::int64_t epoch = 0; epoch < checked; ++epoch) {
    if (epoch > 0) rate = next(epoch, rate, base);
    QUALIA_SNN_CHECK(std::isfinite(rate), ConfigError, "model.optimizer.scheduler: the learning rate of epoch ",
                     epoch + 1, " would be ", rate, "; change params of the scheduler");
  }
}

}  // namespace qualia_snn::learningframework
