#include "qualia_snn/signal/band_pass.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "qualia_snn/core/error.h"

namespace qualia_snn::signal {
namespace {

/// Samples by which a signal is continued on both ends, point-symmetrically: three times the length of the filter.
constexpr std::size_t kPadding = BandPass::kShortest - 1;

}  // namespace

BandPass::BandPass(double low, double high) {
  QUALIA_SNN_CHECK(0 < low && low < high && high < 1, ConfigError, "band pass from ", low, " to ", high,
                   " of half the sample rate; expected 0 < low < high < 1");
  // Bilinear transform at a rate of 2: the corners are warped, then the analogue pass is mapped to the unit circle.
  const auto warp = [](double corner) { return 4 * std::tan(std::numbers::pi * corner / 2); };
  const auto width = warp(high) - warp(low), centre = warp(low) * warp(high);
  const auto half = std::complex<double>(-width / 2);
  const auto offset = std::sqrt(half * half - centre);
  const auto pole1 = (4.0 + (half + offset)) / (4.0 - (half + offset));
  const auto pole2 = (4.0 + (half - offset)) / (4.0 - (half - offset));
  const auto gain = width * (4.0 / ((4.0 - (half + offset)) * (4.0 - (half - offset)))).real();
  b_[0] = gain, b_[1] = 0, b_[2] = -gain;
  a_[0] = 1, a_[1] = -(pole1 + pole2).real(), a_[2] = (pole1 * pole2).real();
}

void BandPass::filter(std::vector<double>& signal) const {
  const auto c1 = b_[1] - a_[1] * b_[0], c2 = b_[2] - a_[2] * b_[0];
  const auto steady = (c1 + c2) / (1 + a_[1] + a_[2]);
  auto z0 = steady * signal[0], z1 = ((1 + a_[1]) * steady - c1) * signal[0];
  for (auto& value : signal) {
    const auto x = value;
    value = b_[0] * x + z0;
    z0 = b_[1] * x - a_[1] * value + z1;
    z1 = b_[2] * x - a_[2] * value;
  }
}

std::vector<double> BandPass::both_ways(const std::vector<double>& signal) const {
  const auto n = signal.size();
  QUALIA_SNN_CHECK(n >= kShortest, DataError, "band pass: a signal of ", n, " samples; expected at least ", kShortest);
  std::vector<double> extended;
  for (std::size_t i = kPadding; i > 0; --i) extended.push_back(2 * signal.front() - signal[i]);
  extended.insert(extended.end(), signal.begin(), signal.end());
  for (std::size_t i = 1; i <= kPadding; ++i) extended.push_back(2 * signal.back() - signal[n - 1 - i]);
  for (int way = 0; way < 2; ++way) {
    filter(extended);
    std::reverse(extended.begin(), extended.end());
  }
  return {extended.begin() + kPadding, extended.end() - kPadding};
}

}  // namespace qualia_snn::signal
