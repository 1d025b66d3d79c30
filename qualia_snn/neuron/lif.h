#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire.
struct QUALIA_SNN_API LIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x - (v - v_rest)) / tau (decay_input), or h = v - (v - v_rest) / tau + x\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "v_rest is v_reset, or 0 for soft reset.\n"
      "Source: spikingjelly.activation_based.neuron.LIFNode; Fang et al., Science Advances 9 (2023), eq. 2.";
  static constexpr const char* kKind = "LIFNode";
  static constexpr bool kHasKernels = true;
  static constexpr bool kPlainStepInEvaluation = true;

  double tau = 2;
  bool decay_input = true;

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const {
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
