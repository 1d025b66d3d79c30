#pragma once

#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/tensor_like.h"

namespace qualia_snn::neuron {

/// Whole numbers of spikes, with a straight-through gradient.
struct MultiLevelSpikeCount {
  static constexpr const char* kDetails =
      "spike = round(clamp(u, 0, max_spike_count)), d spike / d u = 1 where grad_window[0] <= u <= grad_window[1], "
      "else 0\n"
      "Source: Luo et al., ECCV 2024; spikingjelly.activation_based.surrogate.MultiLevelSpikeCount.";

  double max_spike_count = 4;
  /// The closed window in which a gradient passes.
  double grad_min = 0, grad_max = 4;

  QUALIA_SNN_INLINE auto fire(const auto& u) const {
    const auto low = where(u > 0., u, 0.);
    return round_half_even(where(low < max_spike_count, low, max_spike_count));
  }
  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(u >= grad_min, where(u <= grad_max, 1., 0.), 0.); }

  static void options(auto&&) {}
};

}  // namespace qualia_snn::neuron
