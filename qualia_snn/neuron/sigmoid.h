#pragma once

#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/tensor_like.h"

namespace qualia_snn::neuron {

/// Derivative of a sigmoid.
struct Sigmoid {
  static constexpr const char* kDetails =
      "d spike / d u = alpha s (1 - s) with s = sigmoid(alpha u); u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.Sigmoid.";

  double alpha = 4;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    // s (1 - s) by one exponential that cannot overflow.
    const auto e = exp2_of_negative(-abs(u * (1.4426950408889634 * alpha)));
    const auto d = 1. + e;
    return alpha * e / (d * d);
  }

  static void options(auto&& o) { o("alpha", &Sigmoid::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
