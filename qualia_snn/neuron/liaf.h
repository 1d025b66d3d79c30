#pragma once

#include "qualia_snn/config/word.h"
#include "qualia_snn/neuron/lif.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire that hands on an activation of its potential; spikes only reset it.
struct QUALIA_SNN_API LIAF : LIF {
  static constexpr const char* kDetails =
      "charge  h = v + (x - (v - v_rest)) / tau (decay_input), or h = v - (v - v_rest) / tau + x\n"
      "fire    spike = 1 where h >= v_threshold, else 0; the output is act(h - v_threshold) (threshold_related), or "
      "act(h)\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "v_rest is v_reset, or 0 for soft reset.\n"
      "Source: Wu et al., \"LIAF-Net: Leaky Integrate and Analog Fire Network for Lightweight and Efficient "
      "Spatiotemporal Information Processing\", IEEE Transactions on Neural Networks and Learning Systems 33 (2022); "
      "spikingjelly.activation_based.neuron.LIAFNode.";
  static constexpr const char* kKind = "LIAFNode";
  static constexpr bool kHasOutput = true;
  static constexpr bool kPlainStepInEvaluation = false;

  config::Word act = "relu";
  bool threshold_related = true;

  QUALIA_SNN_INLINE auto output(const auto& h, const auto& /*spike*/) const {
    const auto u = h - (threshold_related ? v_threshold : 0.);
    const char kind = act.text[0];  // in which the choices differ
    return kind == 'r' ? relu(u) : kind == 's' ? sigmoid(u) : u;
  }

  static void options(auto&& o) {
    o("act", &LIAF::act, "activation of the potential").one_of({"relu", "sigmoid", "identity"});
    o("threshold_related", &LIAF::threshold_related, "the activation acts on the distance to the threshold");
    LIF::options(o);
  }
};

}  // namespace qualia_snn::neuron
