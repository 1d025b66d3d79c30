#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// One slope above the threshold, one below.
struct LeakyKReLU {
  static constexpr const char* kDetails =
      "d spike / d u = k where u >= 0, else leak; u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.LeakyKReLU.";

  double leak = 0, k = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(u >= 0., k, leak); }

  static void options(auto&& o) {
    o("leak", &LeakyKReLU::leak, "slope below the threshold");
    o("k", &LeakyKReLU::k, "slope above the threshold");
  }
};

}  // namespace qualia_snn::neuron
