#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// Derivative of sign(u) ln(|alpha u| + 1).
struct NonzeroSignLogAbs {
  static constexpr const char* kDetails =
      "d spike / d u = 1 / (1 / alpha + |u|); u = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.NonzeroSignLogAbs.";

  double alpha = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return 1. / (1. / alpha + abs(u)); }

  static void options(auto&& o) { o("alpha", &NonzeroSignLogAbs::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
