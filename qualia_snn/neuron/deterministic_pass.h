#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// The straight-through estimator: a step whose slope is 1 everywhere.
struct DeterministicPass {
  static constexpr const char* kDetails =
      "d spike / d u = 1; u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.DeterministicPass.";

  QUALIA_SNN_INLINE double slope(const auto& /*u*/) const { return 1; }

  static void options(auto&&) {}
};

}  // namespace qualia_snn::neuron
