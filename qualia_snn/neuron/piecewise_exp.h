#pragma once

#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/tensor_like.h"

namespace qualia_snn::neuron {

/// A two-sided exponential.
struct PiecewiseExp {
  static constexpr const char* kDetails =
      "d spike / d u = (alpha / 2) exp(-alpha |u|); u = h - v_threshold\n"
      "Source: Shrestha and Orchard, \"SLAYER\", NeurIPS 2018; spikingjelly.activation_based.surrogate.PiecewiseExp.";

  double alpha = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    return (alpha / 2.) * exp2_of_negative(-abs(u * (1.4426950408889634 * alpha)));
  }

  static void options(auto&& o) { o("alpha", &PiecewiseExp::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
