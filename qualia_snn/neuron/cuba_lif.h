#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Current-based leaky integrate-and-fire: the input charges a current, the current the potential.
struct QUALIA_SNN_API CUBALIF : Neuron {
  static constexpr const char* kDetails =
      "charge  c = c_decay c + x;  h = v_decay v + c\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "c begins as 0 and is not reset.\n"
      "Source: Davies et al., \"Loihi: A neuromorphic manycore processor\", IEEE Micro 38 (2018); "
      "spikingjelly.activation_based.neuron.CUBALIFNode.";
  static constexpr const char* kKind = "CUBALIFNode";
  static constexpr int kStates = 2;
  static constexpr bool kHasKernels = true;
  static constexpr const char* kSurrogate = "Rect";

  double c_decay = 0.5, v_decay = 0.75;

  CUBALIF() { v_threshold = 0.5; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& c, const auto& x) const {
    const auto current = c * c_decay + x;
    return States{v * v_decay + current, current};
  }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& current, const auto& spike) const {
    return States{reset_potential(h, spike), current};
  }

  static void options(auto&& o) {
    o("c_decay", &CUBALIF::c_decay, "what is left of the current after a step");
    o("v_decay", &CUBALIF::v_decay, "what is left of the potential after a step");
    Neuron::options(o);
  }
};

}  // namespace qualia_snn::neuron
