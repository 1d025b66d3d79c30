#pragma once

#include <cstdint>

#include "qualia_snn/neuron/isa.h"

#if defined(__CUDACC__)
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#endif

/// Half-precision numbers as GPU threads load and store them, in memory only.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

#if defined(__CUDACC__)
using Float16 = __half;
using BFloat16 = __nv_bfloat16;

QUALIA_SNN_INLINE float as_float(Float16 a) { return __half2float(a); }
QUALIA_SNN_INLINE float as_float(BFloat16 a) { return __bfloat162float(a); }
QUALIA_SNN_INLINE void from_float(float a, Float16& to) { to = __float2half_rn(a); }
QUALIA_SNN_INLINE void from_float(float a, BFloat16& to) { to = __float2bfloat16_rn(a); }
#else
using Float16 = _Float16;
struct BFloat16 {
  std::uint16_t bits;
};

QUALIA_SNN_INLINE float as_float(Float16 a) { return static_cast<float>(a); }
QUALIA_SNN_INLINE float as_float(BFloat16 a) {
  const auto bits = std::uint32_t{a.bits} << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}
QUALIA_SNN_INLINE void from_float(float a, Float16& to) { to = static_cast<Float16>(a); }
/// Rounds to the nearest, halves to even; NaN stays NaN.
QUALIA_SNN_INLINE void from_float(float a, BFloat16& to) {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &a, sizeof bits);
  const auto rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  to.bits = static_cast<std::uint16_t>(a != a ? 0x7fc0 : rounded);
}
#endif

QUALIA_SNN_INLINE float as_float(float a) { return a; }
QUALIA_SNN_INLINE void from_float(float a, float& to) { to = a; }

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
