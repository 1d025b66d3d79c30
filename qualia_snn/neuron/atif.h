#pragma once

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/sigmoid.h"

namespace qualia_snn::neuron {

/// Integrate-and-fire with a learned threshold, one for the layer, which is also the size of its spikes.
struct QUALIA_SNN_API ATIF : Neuron {
  static constexpr const char* kDetails =
      "charge  h = v + x\n"
      "fire    spike = 1 where h >= theta, else 0; the output is spike theta\n"
      "reset   v = h - spike theta\n"
      "theta is learned (parameter v_threshold) and drawn at the start from vth_init_l v_threshold to vth_init_h "
      "v_threshold. The surrogate is Sigmoid with alpha.\n"
      "Source: Castagnetti et al., \"Trainable quantization for Speedy Spiking Neural Networks\", 2023; ATIF of "
      "qualia-plugin-snn.";
  static constexpr const char* kKind = "ATIF";
  static constexpr bool kHasKernels = true;
  static constexpr bool kHasOutput = true;
  static constexpr const char* kSurrogate = nullptr;
  static constexpr Learned kLearned[] = {{"v_threshold", 1}};

  double vth_init_l = 0.8, vth_init_h = 1, alpha = 1;

  ATIF() { v_reset = {}; }
  Sigmoid surrogate_of_neuron() const { return {alpha}; }
  double initial_learned(int, const auto& uniform) const {
    return uniform(vth_init_l * v_threshold, vth_init_h * v_threshold);
  }

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x, const auto& /*theta*/) const { return v + x; }
  QUALIA_SNN_INLINE auto drive(const auto& h, const auto& theta) const { return h - theta; }
  QUALIA_SNN_INLINE auto output(const auto& /*h*/, const auto& spike, const auto& theta) const { return spike * theta; }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& spike, const auto& theta) const { return h - spike * theta; }

  static void options(auto&& o) {
    o("v_threshold", &ATIF::v_threshold, "scale of the first threshold").above(0);
    o("vth_init_l", &ATIF::vth_init_l, "lowest first threshold, in units of v_threshold");
    o("vth_init_h", &ATIF::vth_init_h, "highest first threshold, in units of v_threshold");
    o("alpha", &ATIF::alpha, "steepness of the surrogate, per unit of potential").above(0);
  }
};

}  // namespace qualia_snn::neuron
