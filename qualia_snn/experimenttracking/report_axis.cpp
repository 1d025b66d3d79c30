#include "qualia_snn/experimenttracking/report_axis.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

constexpr double kWide = 100;  // of the largest value to the smallest, from which an axis is logarithmic

/// The next of 1, 2, 5 times a power of ten.
double nice_step(double rough) {
  const auto power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// The text of one mark: enough digits to tell it from its neighbours.
std::string tick_text(double value, double step, double largest) {
  if (largest < 5e-3 || largest >= 1e15) return figure(value);
  const auto prefix = largest >= 1e4 ? count_prefix(largest) : Prefix{1, ""};
  const auto decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step / prefix.factor) + 1e-9)), 0, 9);
  return value == 0 ? "0" : fixed(value / prefix.factor, decimals) + prefix.name;
}

void mark_linear(Axis& axis, double step) {
  const auto first = std::llround(axis.low / step);
  const auto last = std::llround(axis.high / step);
  const auto largest = std::max(std::abs(axis.low), std::abs(axis.high));
  for (auto i = first; i <= last && i - first < 20; ++i) {
    const auto value = static_cast<double>(i) * step;
    axis.ticks.push_back({axis.place(value), tick_text(value, step, largest)});
  }
}

Axis linear_axis(double low, double high, bool from_zero) {
  if (from_zero) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const auto margin = low == 0 ? 0.5 : 0.1 * std::abs(low);
    if (low != 0) low -= margin;
    high += margin;
  }
  const auto step = nice_step((high - low) / 4);
  Axis axis;
  axis.low = std::floor(low / step + 1e-9) * step;
  axis.high = std::ceil(high / step - 1e-9) * step;
  mark_linear(axis, step);
  return axis;
}

Axis logarithmic_axis(double low, double high) {
  const auto first = static_cast<int>(std::floor(std::log10(low) + 1e-9));
  const auto last = static_cast<int>(std::ceil(std::log10(high) - 1e-9));
  Axis axis;
  axis.low = std::pow(10.0, first);
  axis.high = std::pow(10.0, last);
  axis.logarithmic = true;
  const auto stride = (last - first + 5) / 6;
  for (auto power = first; power <= last; power += stride) {
    axis.ticks.push_back({axis.place(std::pow(10.0, power)), figure(std::pow(10.0, power))});
  }
  return axis;
}

}  // namespace

double Axis::place(double value) const {
  const auto share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
}

Axis value_axis(const std::vector<double>& values, Scale scale) {
  double low = INFINITY, high = -INFINITY;
  for (const auto value : values) {
    if (!drawable(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return linear_axis(0, 1, true);
  const bool wide = low > 1e-290 && high / low >= kWide;
  if (scale == Scale::kLogarithmicIfWide && wide) return logarithmic_axis(low, high);
  return linear_axis(low, high, scale == Scale::kFromZero);
}

Axis epoch_axis(std::size_t epochs) {
  Axis axis;
  axis.low = epochs > 1 ? 1 : 0.5;
  axis.high = epochs > 1 ? static_cast<double>(epochs) : 1.5;
  const auto last = static_cast<std::int64_t>(epochs);
  const auto step = std::max<std::int64_t>(1, std::llround(nice_step(static_cast<double>(epochs) / 5)));
  const auto add = [&](std::int64_t epoch) {
    axis.ticks.push_back({axis.place(static_cast<double>(epoch)), std::to_string(epoch)});
  };
  if (epochs > 0 && step > 1) add(1);
  for (auto epoch = step; epoch <= last; epoch += step) add(epoch);
  return axis;
}

}  // namespace qualia_snn::experimenttracking::report
