#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// Derivative of a fast sigmoid.
struct SuperSpike {
  static constexpr const char* kDetails =
      "d spike / d u = alpha / (|u| + 1)^2; u = h - v_threshold\n"
      "Source: Zenke and Ganguli, \"SuperSpike\", Neural Computation 30 (2018); "
      "spikingjelly.activation_based.surrogate.SuperSpike.";

  double alpha = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto d = abs(u) + 1.;
    return alpha / (d * d);
  }

  static void options(auto&& o) { o("alpha", &SuperSpike::alpha, "height").above(0); }
};

}  // namespace qualia_snn::neuron
