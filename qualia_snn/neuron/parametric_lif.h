#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire whose time constant is learned, one for the layer.
struct QUALIA_SNN_API ParametricLIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x - (v - v_rest)) r (decay_input), or h = v - (v - v_rest) r + x, r = sigmoid(w)\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "v_rest is v_reset, or 0 for soft reset; w is learned and begins as -ln(init_tau - 1), so that 1 / r = "
      "init_tau.\n"
      "Source: Fang et al., \"Incorporating learnable membrane time constant\", ICCV 2021; "
      "spikingjelly.activation_based.neuron.ParametricLIFNode.";
  static constexpr const char* kKind = "ParametricLIFNode";
  static constexpr bool kHasKernels = true;
  static constexpr Learned kLearned[] = {{"w"}};

  double init_tau = 2;
  bool decay_input = true;

  double initial_learned(int, const auto& /*uniform*/) const { return -__builtin_log(init_tau - 1); }

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x, const auto& w) const {
    const auto leak = v - rest();
    const auto r = sigmoid(w);
    return decay_input ? v + (x - leak) * r : v - leak * r + x;
  }

  static void options(auto&& o) {
    o("init_tau", &ParametricLIF::init_tau, "membrane time constant at the start, in time steps").above(1);
    o("decay_input", &ParametricLIF::decay_input, "the input decays too, divided by the time constant");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
