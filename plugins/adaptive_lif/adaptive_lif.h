#pragma once

#include "qualia_snn/neuron/neuron.h"

/// Leaky integrate-and-fire that tires: every spike adds a learned amount to a current that holds the next ones back.
struct AdaptiveLIF : qualia_snn::neuron::Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + (x - w - (v - v_rest)) / tau;  w = w - w / tau_w\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h;  w = w + beta spike\n"
      "v_rest is v_reset, or 0 for soft reset; w begins as 0; beta is learned.\n"
      "Source: Gerstner et al., \"Neuronal Dynamics\", Cambridge University Press 2014, section 6.1, with a = 0.";
  static constexpr const char* kKind = "AdaptiveLIFNode";
  static constexpr int kStates = 2;
  static constexpr bool kHasKernels = true;
  static constexpr qualia_snn::neuron::Learned kLearned[] = {{"beta"}};

  double tau = 2, tau_w = 4, init_beta = 0.2;

  double initial_learned(int, const auto& /*uniform*/) const { return init_beta; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& w, const auto& x, const auto& /*beta*/) const {
    return qualia_snn::neuron::States{v + (x - w - (v - rest())) / tau, w - w / tau_w};
  }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& w, const auto& spike, const auto& beta) const {
    return qualia_snn::neuron::States{reset_potential(h, spike), w + beta * spike};
  }

  static void options(auto&& o) {
    o("tau", &AdaptiveLIF::tau, "membrane time constant, in time steps").above(1);
    o("tau_w", &AdaptiveLIF::tau_w, "time constant of the adaptation current, in time steps").above(1);
    o("init_beta", &AdaptiveLIF::init_beta, "what a spike adds to the adaptation current at the start");
    Neuron::options(o);
  }
};
