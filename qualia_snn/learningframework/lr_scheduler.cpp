#include "qualia_snn/learningframework/lr_scheduler.h"

#include <cmath>
#include <numbers>

namespace qualia_snn::learningframework {

LRScheduler::~LRScheduler() = default;

double StepLR::next(std::int64_t epoch, double rate, double /*initial*/) const {
  return epoch % options_.step_size == 0 ? rate * options_.gamma : rate;
}

double CosineAnnealingLR::next(std::int64_t epoch, double rate, double initial) const {
  const auto& [T_max, eta_min] = options_;
  const auto half_turns = [period = T_max](std::int64_t e) {
    return std::cos(std::numbers::pi * static_cast<double>(e) / static_cast<double>(period));
  };
  // At the bottom the ratio below is 0 / 0.
  if ((epoch - 1 - T_max) % (2 * T_max) == 0) return rate + (initial - eta_min) * (1 - half_turns(1)) / 2;
  return (1 + half_turns(epoch)) / (1 + half_turns(epoch - 1)) * (rate - eta_min) + eta_min;
}

}  // namespace qualia_snn::learningframework
