#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire with a learned gain and a rectified potential.
struct QUALIA_SNN_API KLIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = relu(k u), u = v + (x - (v - v_rest)) / tau (decay_input), or u = v - (v - v_rest) / tau + x\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h;\n"
      "        with scale_reset h / k and v_threshold / k take the places of h and v_threshold\n"
      "v_rest is v_reset, or 0 for soft reset; k is learned and begins as 1.\n"
      "Source: Jiang and Zhang, \"KLIF: An optimized spiking neuron unit for tuning surrogate gradient slope and "
      "membrane potential\", 2023; spikingjelly.activation_based.neuron.KLIFNode.";
  static constexpr const char* kKind = "KLIFNode";
  static constexpr bool kHasKernels = true;
  static constexpr Learned kLearned[] = {{"k"}};

  bool scale_reset = false;
  double tau = 2;
  bool decay_input = true;

  double initial_learned(int, const auto& /*uniform*/) const { return 1; }

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x, const auto& k) const {
    const auto leak = v - rest();
    return relu(k * (decay_input ? v + (x - leak) / tau : v - leak / tau + x));
  }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& spike, const auto& k) const {
    const auto s = detach(spike, detach_reset);
    return scale_reset ? (v_reset.given ? reset_potential(h / k, spike) : h / k - s * (v_threshold / k))
                       : reset_potential(h, spike);
  }

  static void options(auto&& o) {
    o("scale_reset", &KLIF::scale_reset, "the reset acts on h / k with the threshold v_threshold / k");
    o("tau", &KLIF::tau, "membrane time constant, in time steps").above(1);
    o("decay_input", &KLIF::decay_input, "the input decays too, divided by tau");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
