#pragma once

#include "qualia_snn/neuron/isa.h"

namespace qualia_snn::neuron {

/// A ramp with a logarithmic tail.
struct LogTailedReLU {
  static constexpr const char* kDetails =
      "d spike / d u = alpha where u <= 0, 1 where u <= 1, else 1 / u; u = h - v_threshold\n"
      "Source: Cai et al., \"Deep Learning with Low Precision by Half-wave Gaussian Quantization\", CVPR 2017; "
      "spikingjelly.activation_based.surrogate.LogTailedReLU.";

  double alpha = 0;

  QUALIA_SNN_INLINE auto slope(const auto& u) const { return where(u <= 0., alpha, where(u <= 1., 1., 1. / u)); }

  static void options(auto&& o) { o("alpha", &LogTailedReLU::alpha, "slope below the threshold"); }
};

}  // namespace qualia_snn::neuron
