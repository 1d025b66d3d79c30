#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// A triangle.
struct PiecewiseQuadratic {
  static constexpr const char* kDetails =
      "d spike / d u = alpha - alpha^2 |u| where |u| <= 1 / alpha, else 0; u = h - v_threshold\n"
      "Source: Esser et al., PNAS 113 (2016); Bellec et al., NeurIPS 2018; "
      "spikingjelly.activation_based.surrogate.PiecewiseQuadratic.";

  double alpha = 1;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto size = abs(u);
    return where(size > 1. / alpha, 0., alpha - size * (alpha * alpha));
  }

  static void options(auto&& o) { o("alpha", &PiecewiseQuadratic::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
