#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// A power law.
struct QPseudoSpike {
  static constexpr const char* kDetails =
      "d spike / d u = (1 + 2 |u| / (alpha - 1))^(-alpha); u = h - v_threshold\n"
      "Source: Herranz-Celotti and Rouat, \"Surrogate Gradients Design\", 2022; "
      "spikingjelly.activation_based.surrogate.QPseudoSpike.";

  double alpha = 2;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return exp(-alpha * log(1. + abs(u) * (2. / (alpha - 1.)))); }

  static void options(auto&& o) { o("alpha", &QPseudoSpike::alpha, "power of the tail").above(1); }
};

}  // namespace qualia_snn::neuron
