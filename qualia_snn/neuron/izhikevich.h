#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Izhikevich's neuron: a quadratic drift and a current that adapts.
struct QUALIA_SNN_API Izhikevich : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x + a0 (v - v_rest) (v - v_c) - w) / tau\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   w = w + (a (h - v_rest) - w) / tau_w + b spike;\n"
      "        v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "w begins as w_rest. detach_reset cuts the gradient through the potential's reset, not through b spike.\n"
      "Source: Izhikevich, \"Simple model of spiking neurons\", IEEE Transactions on Neural Networks 14 (2003); "
      "spikingjelly.activation_based.neuron.IzhikevichNode.";
  static constexpr const char* kKind = "IzhikevichNode";
  static constexpr int kStates = 2;
  static constexpr bool kHasKernels = true;

  double tau = 2, v_c = 0.8, a0 = 1, v_rest = -0.1, w_rest = 0, tau_w = 2, a = 0, b = 0;

  QUALIA_SNN_INLINE double initial(int state) const { return state == 0 ? rest() : w_rest; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& w, const auto& x) const {
    return States{v + (x + a0 * (v - v_rest) * (v - v_c) - w) / tau, w};
  }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& w, const auto& spike) const {
    return States{reset_potential(h, spike), w + (a * (h - v_rest) - w) / tau_w + b * spike};
  }

  static void options(auto&& o) {
    o("tau", &Izhikevich::tau, "membrane time constant, in time steps").above(1);
    o("v_c", &Izhikevich::v_c, "critical potential, above which the potential runs away from rest");
    o("a0", &Izhikevich::a0, "curvature of the drift").above(0);
    o("v_rest", &Izhikevich::v_rest, "potential that the neuron rests at");
    o("w_rest", &Izhikevich::w_rest, "adaptation current before the first step");
    o("tau_w", &Izhikevich::tau_w, "time constant of the adaptation current, in time steps").above(0);
    o("a", &Izhikevich::a, "how the adaptation current follows the potential");
    o("b", &Izhikevich::b, "what a spike adds to the adaptation current");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
