#pragma once

#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire, with v_rest = v_reset (0 for soft reset):
///
///     decay_input:      h = v + (x - (v - v_rest)) / tau
///     no decay_input:   h = v - (v - v_rest) / tau + x
///
/// Source: spikingjelly.activation_based.neuron.LIFNode; Fang et al., Science Advances 9 (2023), eq. 2.
struct LIF : Neuron {
  static constexpr const char* kKind = "LIFNode";
  static constexpr bool kPlainStepInEvaluation = true;

  double tau = 2.0;
  bool decay_input = true;

  auto charge(const auto& v, const auto& x) const {
    const auto leak = v - rest();
    return decay_input ? v + (x - leak) / tau : v - leak / tau + x;
  }

  static void options(auto&& o) {
    o("tau", &LIF::tau, "membrane time constant, in time steps").above(1);
    o("decay_input", &LIF::decay_input, "the input decays too, divided by tau");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
