#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// Derivative of an arc tangent.
struct ATan {
  static constexpr const char* kDetails =
      "d spike / d u = (alpha / 2) / (1 + (pi/2 alpha u)^2); u = h - v_threshold\n"
      "Source: Fang et al., \"Incorporating learnable membrane time constant\", ICCV 2021; "
      "spikingjelly.activation_based.surrogate.ATan.";

  double alpha = 2;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto z = u * (1.5707963267948966 * alpha);
    return (alpha / 2.) / (1. + z * z);
  }

  static void options(auto&& o) { o("alpha", &ATan::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
