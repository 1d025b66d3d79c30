#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Integrate-and-fire.
struct QUALIA_SNN_API IF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + x\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold (v_reset = false), or v = spike v_reset + (1 - spike) h\n"
      "Source: spikingjelly.activation_based.neuron.IFNode.";
  static constexpr const char* kKind = "IFNode";
  static constexpr bool kHasKernels = true;
  static constexpr bool kPlainStepInEvaluation = true;

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const { return v + x; }
};

}  // namespace qualia_snn::neuron
