#pragma once

#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/sigmoid.h"

namespace qualia_snn::neuron {

/// A sigmoid's derivative below the threshold, a hyperbola above.
struct S2NN {
  static constexpr const char* kDetails =
      "d spike / d u = alpha s (1 - s) with s = sigmoid(alpha u) where u < 0, else beta / (u + 1); u = h - "
      "v_threshold\n"
      "Source: Suetake et al., \"S2NN\", 2022; spikingjelly.activation_based.surrogate.S2NN.";

  double alpha = 4, beta = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(u < 0., Sigmoid{alpha}.slope(u), beta / (u + 1.)); }

  static void options(auto&& o) {
    o("alpha", &S2NN::alpha, "steepness below the threshold, per unit of potential").above(0);
    o("beta", &S2NN::beta, "height above the threshold").above(0);
  }
};

}  // namespace qualia_snn::neuron
