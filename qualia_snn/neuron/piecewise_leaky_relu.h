#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// A box above a floor.
struct PiecewiseLeakyReLU {
  static constexpr const char* kDetails =
      "d spike / d u = 1 / (2 w) where |u| < w, else c; u = h - v_threshold\n"
      "Source: Yin et al., ICONS 2020; Huh and Sejnowski, NeurIPS 2018; "
      "spikingjelly.activation_based.surrogate.PiecewiseLeakyReLU.";

  double w = 1, c = 0.01;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(abs(u) < w, 1. / (2. * w), c); }

  static void options(auto&& o) {
    o("w", &PiecewiseLeakyReLU::w, "half width, in units of potential").above(0);
    o("c", &PiecewiseLeakyReLU::c, "height outside").at_least(0);
  }
};

}  // namespace qualia_snn::neuron
