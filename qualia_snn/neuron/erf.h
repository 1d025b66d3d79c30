#pragma once

#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/tensor_like.h"

namespace qualia_snn::neuron {

/// A normal density.
struct Erf {
  static constexpr const char* kDetails =
      "d spike / d u = alpha / sqrt(pi) exp(-(alpha u)^2); u = h - v_threshold\n"
      "Source: Esser et al., NeurIPS 2015; Wu et al., Frontiers in Neuroscience 12 (2018); "
      "spikingjelly.activation_based.surrogate.Erf.";

  double alpha = 2;

  QUALIA_SNN_INLINE auto slope(const auto& u) const {
    const auto z = u * alpha;
    return (alpha * 0.5641895835477563) * exp2_of_negative(z * z * -1.4426950408889634);
  }

  static void options(auto&& o) { o("alpha", &Erf::alpha, "steepness, per unit of potential").above(0); }
};

}  // namespace qualia_snn::neuron
