#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// The spike over the distance to the threshold.
struct FakeNumericalGradient {
  static constexpr const char* kDetails =
      "d spike / d u = min(1 / |u|, alpha); u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.FakeNumericalGradient.";

  double alpha = 0.3;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto size = abs(u);
    return where(size * alpha > 1., 1. / size, alpha);
  }

  static void options(auto&& o) { o("alpha", &FakeNumericalGradient::alpha, "largest slope").above(0); }
};

}  // namespace qualia_snn::neuron
