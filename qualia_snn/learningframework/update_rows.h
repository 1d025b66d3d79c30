#pragma once

#include "qualia_snn/learningframework/update_kernels.h"
#include "qualia_snn/neuron/isa.h"

/// The passes of the optimisers: included only by sources that are compiled for one instruction set.
namespace qualia_snn::learningframework {
inline namespace QUALIA_SNN_ISA {

// LibTorch's lerp, addcmul and add are built with fused multiply-add; so are these, said explicitly.
QUALIA_SNN_INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

QUALIA_SNN_INLINE float gradient_of(const UpdateRow& row, float gradient, float weight) {
  const float g = row.maximize ? -gradient : gradient;
  return row.weight_decay != 0 ? fma(weight, row.weight_decay, g) : g;
}

inline void adam(const AdamRow& given) {
  const AdamRow row = given;  // what is stored cannot alias it
  const bool is_small = row.one_minus_beta1 < 0.5f;
  for (std::int64_t i = 0; i < row.n; ++i) {
    const float weight = row.parameter[i] * row.decay_factor;
    const float g = gradient_of(row, row.gradient[i], weight);
    const float m = row.exp_avg[i], difference = g - m;
    const float average =
        is_small ? fma(row.one_minus_beta1, difference, m) : fma(row.one_minus_beta1 - 1, difference, g);
    const float square = fma(row.one_minus_beta2 * g, g, row.exp_avg_sq[i] * row.beta2);
    const float denominator = __builtin_sqrtf(square) / row.root_of_correction + row.eps;
    row.exp_avg[i] = average;
    row.exp_avg_sq[i] = square;
    row.parameter[i] = weight + row.step_size * average / denominator;
  }
}

inline void sgd(const SGDRow& given) {
  const SGDRow row = given;
  for (std::int64_t i = 0; i < row.n; ++i) {
    const float weight = row.parameter[i] * row.decay_factor;
    float g = gradient_of(row, row.gradient[i], weight);
    if (row.momentum_buffer) {
      const float buffer = row.first ? g : fma(g, row.one_minus_dampening, row.momentum_buffer[i] * row.momentum);
      row.momentum_buffer[i] = buffer;
      g = row.nesterov ? fma(buffer, row.momentum, g) : buffer;
    }
    row.parameter[i] = fma(g, row.step_size, weight);
  }
}

}  // namespace QUALIA_SNN_ISA

template <neuron::InstructionSet set>
const UpdateKernels& update_kernels() {
  static constexpr UpdateKernels kKernels = {adam, sgd};
  return kKernels;
}

}  // namespace qualia_snn::learningframework
