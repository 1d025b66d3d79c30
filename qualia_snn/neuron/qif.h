#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Quadratic integrate-and-fire.
struct QUALIA_SNN_API QIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x + a0 (v - v_rest) (v - v_c)) / tau\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "Source: Gerstner et al., \"Neuronal Dynamics\", Cambridge University Press 2014, section 5.3; "
      "spikingjelly.activation_based.neuron.QIFNode.";
  static constexpr const char* kKind = "QIFNode";
  static constexpr bool kHasKernels = true;

  double tau = 2, v_c = 0.8, a0 = 1, v_rest = 0;

  QIF() { v_reset = -0.1; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const {
    return v + (x + a0 * (v - v_rest) * (v - v_c)) / tau;
  }

  const char* validate() const {
    const bool good = !v_reset.given || (v_threshold > v_reset.value && v_rest >= v_reset.value);
    return good ? "" : "v_reset must be below v_threshold, and not above v_rest";
  }

  static void options(auto&& o) {
    o("tau", &QIF::tau, "membrane time constant, in time steps").above(1);
    o("v_c", &QIF::v_c, "critical potential, above which the potential runs away from rest");
    o("a0", &QIF::a0, "curvature of the drift").above(0);
    o("v_rest", &QIF::v_rest, "potential that the neuron rests at");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
