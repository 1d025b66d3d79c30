#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Integrate-and-fire with soft reset that begins half-way to the threshold, as converted networks want it.
struct QUALIA_SNN_API HalfThresholdIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + x\n"
      "fire    spike = 1 where h >= v_threshold, else 0\n"
      "reset   v = h - spike v_threshold\n"
      "v begins as v_threshold / 2.\n"
      "Source: Bu et al., \"Optimal ANN-SNN conversion for high-accuracy and ultra-low-latency spiking neural "
      "networks\", ICLR 2022; spikingjelly.activation_based.neuron.HalfThresholdIFNode.";
  static constexpr const char* kKind = "HalfThresholdIFNode";
  static constexpr bool kHasKernels = true;

  HalfThresholdIF() { v_reset = {}; }
  QUALIA_SNN_INLINE double initial(int) const { return v_threshold / 2; }
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const { return v + x; }

  static void options(auto&& o) {
    o("v_threshold", &HalfThresholdIF::v_threshold, "potential at which a spike is emitted").above(0);
    o("detach_reset", &HalfThresholdIF::detach_reset, "no gradient through the reset");
  }
};

}  // namespace qualia_snn::neuron
