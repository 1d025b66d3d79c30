#pragma once

#include <cstdint>

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// Derivative of a square wave's first harmonics.
struct SquarewaveFourierSeries {
  static constexpr const char* kDetails =
      "d spike / d u = (4 / T) sum over i = 1 .. n-1 of cos((2i - 1) 2 pi u / T), T = T_period; u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.SquarewaveFourierSeries.";

  std::int64_t n = 2;
  double T_period = 8;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    // cos((2i + 1) a) = 2 cos(2a) cos((2i - 1) a) - cos((2i - 3) a)
    const auto c = cos(u * (6.283185307179586 / T_period));
    const auto twice = 4. * (c * c) - 2.;
    auto before = c, now = c, sum = c;
    for (std::int64_t i = 2; i < n; ++i) {
      const auto next = twice * now - before;
      before = now;
      now = next;
      sum = sum + now;
    }
    return (4. / T_period) * sum;
  }

  static void options(auto&& o) {
    o("n", &SquarewaveFourierSeries::n, "harmonics, and one").at_least(2);
    o("T_period", &SquarewaveFourierSeries::T_period, "period, in units of potential").above(0);
  }
};

}  // namespace qualia_snn::neuron
