#include "qualia_snn/learningframework/decay_lr.h"

#include <cmath>
#include <numbers>

namespace qualia_snn::learningframework {

double LinearLR::next(std::int64_t epoch, double rate, double /*base*/) const {
  if (epoch > options_.total_iters) return rate;
  const double rise = options_.end_factor - options_.start_factor;
  const double last = static_cast<double>(options_.total_iters) * options_.start_factor +
                      static_cast<double>(epoch - 1) * rise;  // the factor before, times total_iters
  return rate * (1 + rise / last);
}

double PolynomialLR::next(std::int64_t epoch, double rate, double /*base*/) const {
  if (epoch > options_.total_iters) return rate;
  const auto remaining = [total = options_.total_iters](std::int64_t e) {
    return 1 - static_cast<double>(e) / static_cast<double>(total);
  };
  return rate * std::pow(remaining(epoch) / remaining(epoch - 1), options_.power);
}

double CosineAnnealingLR::next(std::int64_t epoch, double rate, double base) const {
  const auto T_max = options_.T_max;
  const double eta_min = options_.eta_min;
  const auto half_turns = [T_max](std::int64_t e) {
    return std::cos(std::numbers::pi * static_cast<double>(e) / static_cast<double>(T_max));
  };
  // At the bottom the ratio below is 0 / 0.
  if ((epoch - 1 - T_max) % (2 * T_max) == 0) return rate + (base - eta_min) * (1 - half_turns(1)) / 2;
  return (1 + half_turns(epoch)) / (1 + half_turns(epoch - 1)) * (rate - eta_min) + eta_min;
}

}  // namespace qualia_snn::learningframework
