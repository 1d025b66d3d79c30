#pragma once

#include "qualia_snn/neuron/atif.h"

namespace qualia_snn::neuron {

/// ATIF whose spikes are 0 and 1: integrate-and-fire with soft reset and a learned threshold, one for the layer.
// Qualia: its reset zeroes the potential in place, which fails in the second training step; here it is forgotten.
struct QUALIA_SNN_API IFSRL : ATIF {
  static constexpr const char* kDetails =
      "charge  h = v + x\n"
      "fire    spike = 1 where h >= theta, else 0\n"
      "reset   v = h - spike theta\n"
      "theta is learned (parameter vp_th) and drawn at the start from vth_init_l v_threshold to vth_init_h "
      "v_threshold. "
      "The surrogate is Sigmoid with alpha.\n"
      "Source: Castagnetti et al., \"Trainable quantization for Speedy Spiking Neural Networks\", 2023; IFSRL of "
      "qualia-plugin-snn.";
  static constexpr const char* kKind = "IFSRL";
  static constexpr bool kHasOutput = false;
  static constexpr Learned kLearned[] = {{"vp_th", 1}};
};

}  // namespace qualia_snn::neuron
