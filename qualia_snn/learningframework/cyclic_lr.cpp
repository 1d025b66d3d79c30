#include "qualia_snn/learningframework/cyclic_lr.h"

#include <cmath>
#include <numbers>

namespace qualia_snn::learningframework {

double CosineAnnealingWarmRestarts::next(std::int64_t epoch, double /*rate*/, double base) const {
  std::int64_t since_restart = epoch, period = options_.T_0;
  if (options_.T_mult == 1) since_restart %= period;
  for (; since_restart >= period; period *= options_.T_mult) since_restart -= period;
  const double angle = std::numbers::pi * static_cast<double>(since_restart) / static_cast<double>(period);
  return options_.eta_min + (base - options_.eta_min) * (1 + std::cos(angle)) / 2;
}

// Qualia: three divisions that no formula asks for.
std::string SinDescent::Options::validate() const {
  if (epoch == 0) return "epoch = 0: SinDescent divides by epoch; set it to the number of epochs";
  if (lr0 == 0) return "lr0 = 0: SinDescent divides by lr0; use a small rate";
  if (lr0 == lrf) return concat("lr0 = lrf = ", lr0, ": SinDescent divides by lrf - lr0; use two different rates");
  return "";
}

double SinDescent::next(std::int64_t epoch, double /*rate*/, double /*base*/) const {
  const auto t = static_cast<double>(epoch), end = static_cast<double>(options_.epoch);
  const double sine = std::sin(t / end * 2 * options_.w * std::numbers::pi);
  const double zero_crossing = -end * options_.lr0 / (options_.lrf - options_.lr0);  // of the line
  return (1 - t / end) * options_.pme * sine + options_.lr0 * (1 - t / zero_crossing);
}

}  // namespace qualia_snn::learningframework
