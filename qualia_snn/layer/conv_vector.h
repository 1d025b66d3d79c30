#pragma once

#include "qualia_snn/neuron/isa.h"

/// A register of floats for the inner loops of convolutions: included only by sources that are compiled for one
/// instruction set.
namespace qualia_snn::layer {
inline namespace QUALIA_SNN_ISA {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64, kAccumulators = 28;
#elif defined(__AVX__)
inline constexpr int kVectorBytes = 32, kAccumulators = 12;
#else
inline constexpr int kVectorBytes = 16, kAccumulators = 12;
#endif

typedef float Vector __attribute__((vector_size(kVectorBytes)));
inline constexpr int kWidth = kVectorBytes / sizeof(float);

QUALIA_SNN_INLINE Vector load(const float* p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
QUALIA_SNN_INLINE void store(Vector v, float* p) { __builtin_memcpy(p, &v, sizeof v); }

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::layer
