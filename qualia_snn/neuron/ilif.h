#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire that emits whole numbers of spikes per step.
struct QUALIA_SNN_API ILIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v - v / tau + x\n"
      "fire    spike = round(clamp(h / v_threshold, 0, D)), D = max_spike_count of the surrogate MultiLevelSpikeCount\n"
      "reset   v = h - spike v_threshold\n"
      "Source: Luo et al., \"Integer-Valued Training and Spike-Driven Inference Spiking Neural Network\", ECCV 2024; "
      "spikingjelly.activation_based.neuron.ILIFNode.";
  static constexpr const char* kKind = "ILIFNode";
  static constexpr bool kHasKernels = true;
  static constexpr const char* kSurrogate = "MultiLevelSpikeCount";

  double tau = 4. / 3.;

  ILIF() { v_reset = {}; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const { return v - v / tau + x; }
  QUALIA_SNN_INLINE auto drive(const auto& h) const { return h / v_threshold; }

  static void options(auto&& o) {
    o("tau", &ILIF::tau, "membrane time constant, in time steps").above(1);
    o("v_threshold", &ILIF::v_threshold, "potential of one spike").above(0);
    o("detach_reset", &ILIF::detach_reset, "no gradient through the reset");
  }
};

}  // namespace qualia_snn::neuron
