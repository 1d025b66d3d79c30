#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// A box.
struct Rect {
  static constexpr const char* kDetails =
      "d spike / d u = alpha where |u| < 1 / (2 alpha), else 0; u = h - v_threshold\n"
      "Source: Wu et al., Frontiers in Neuroscience 12 (2018); spikingjelly.activation_based.surrogate.Rect.";

  double alpha = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(abs(u) < 0.5 / alpha, alpha, 0.); }

  static void options(auto&& o) { o("alpha", &Rect::alpha, "height; the width is 1 / alpha").above(0); }
};

}  // namespace qualia_snn::neuron
