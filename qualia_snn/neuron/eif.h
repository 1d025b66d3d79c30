#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Exponential integrate-and-fire.
struct QUALIA_SNN_API EIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x + v_rest - v + delta_T exp((v - theta_rh) / delta_T)) / tau\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "Source: Fourcaud-Trocme et al., \"How spike generation mechanisms determine the neuronal response to "
      "fluctuating inputs\", Journal of Neuroscience 23 (2003); spikingjelly.activation_based.neuron.EIFNode.";
  static constexpr const char* kKind = "EIFNode";
  static constexpr bool kHasKernels = true;

  double tau = 2, delta_T = 1, theta_rh = 0.8, v_rest = 0;

  EIF() { v_reset = -0.1; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const {
    return v + (x + v_rest - v + delta_T * exp((v - theta_rh) / delta_T)) / tau;
  }

  const char* validate() const {
    const bool good = !v_reset.given || (v_threshold > v_reset.value && v_rest >= v_reset.value);
    return good ? "" : "v_reset must be below v_threshold, and not above v_rest";
  }

  static void options(auto&& o) {
    o("tau", &EIF::tau, "membrane time constant, in time steps").above(1);
    o("delta_T", &EIF::delta_T, "sharpness of the upstroke, in units of potential").above(0);
    o("theta_rh", &EIF::theta_rh, "rheobase threshold, where the upstroke begins");
    o("v_rest", &EIF::v_rest, "potential that the neuron rests at");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
