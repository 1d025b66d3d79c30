#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// Derivative of the soft sign.
struct SoftSign {
  static constexpr const char* kDetails =
      "d spike / d u = 1 / (2 alpha (1 / alpha + |u|)^2); u = h - v_threshold\n"
      "Source: Zenke and Ganguli, Neural Computation 30 (2018); spikingjelly.activation_based.surrogate.SoftSign.";

  double alpha = 2;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto d = 1. / alpha + abs(u);
    return 1. / (2. * alpha * (d * d));
  }

  static void options(auto&& o) { o("alpha", &SoftSign::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
