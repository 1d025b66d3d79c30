#pragma once

#include <cstdint>
#include <type_traits>

#include "qualia_snn/neuron/isa.h"

/// The numbers that a neuron is evaluated on: one neuron, or one vector register of neurons.
///
/// Both offer the same operations with the same rounding, so a row's tail gives the bits that its vectors would give.
/// Options and literals take part as `double` and are rounded to the number's type, as LibTorch rounds a scalar
/// operand.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

#if defined(__AVX512F__)
inline constexpr int kRegisterBytes = 64;
#elif defined(__AVX__)
inline constexpr int kRegisterBytes = 32;
#else
inline constexpr int kRegisterBytes = 16;
#endif

template <class T>
struct BitsOf;
template <>
struct BitsOf<float> {
  using type = std::int32_t;
};
template <>
struct BitsOf<double> {
  using type = std::int64_t;
};

/// Whether a product with 1 / b has the bits of the quotient by b: b is a power of two.
QUALIA_SNN_INLINE bool is_power_of_two(double b) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &b, sizeof bits);
  const auto exponent = bits >> 52 & 0x7ff;
  return (bits & ((std::uint64_t{1} << 52) - 1)) == 0 && exponent > 1023 - 64 && exponent < 1023 + 64;
}

/// The value of one neuron.
///
/// @tparam kRough  bits do not matter: a GPU may divide and raise to a power by its quick instructions
template <class T, bool kRough = false>
struct Lane {
  using Value = T;
  static constexpr int kWidth = 1;
  struct Mask {
    bool m;
    QUALIA_SNN_INLINE friend Mask operator&(Mask a, Mask b) { return {a.m && b.m}; }
    QUALIA_SNN_INLINE friend Mask operator|(Mask a, Mask b) { return {a.m || b.m}; }
  };
  T v;

  Lane() = default;
  QUALIA_SNN_INLINE Lane(double a) : v(static_cast<T>(a)) {}
  QUALIA_SNN_INLINE static Lane of(T a) {
    Lane r;
    r.v = a;
    return r;
  }
  QUALIA_SNN_INLINE static Lane load(const T* p) { return of(*p); }
  QUALIA_SNN_INLINE void store(T* p) const { *p = v; }

  QUALIA_SNN_INLINE friend Lane operator+(Lane a, Lane b) { return of(a.v + b.v); }
  QUALIA_SNN_INLINE friend Lane operator-(Lane a, Lane b) { return of(a.v - b.v); }
  QUALIA_SNN_INLINE friend Lane operator*(Lane a, Lane b) { return of(a.v * b.v); }
  QUALIA_SNN_INLINE friend Lane operator/(Lane a, Lane b) {
#ifdef __CUDA_ARCH__
    if constexpr (kRough && sizeof(T) == 4) return of(__fdividef(a.v, b.v));
#endif
    return of(a.v / b.v);
  }
  QUALIA_SNN_INLINE friend Lane operator/(Lane a, double b) {
#ifdef __CUDA_ARCH__
    return a * of(T(1) / static_cast<T>(b));  // as LibTorch on a GPU
#else
    return is_power_of_two(b) ? a * Lane(1. / b) : a / Lane(b);
#endif
  }
  QUALIA_SNN_INLINE friend Lane operator-(Lane a) { return of(-a.v); }
  QUALIA_SNN_INLINE friend Mask operator>=(Lane a, Lane b) { return {a.v >= b.v}; }
  QUALIA_SNN_INLINE friend Mask operator>(Lane a, Lane b) { return {a.v > b.v}; }
  QUALIA_SNN_INLINE friend Mask operator<=(Lane a, Lane b) { return {a.v <= b.v}; }
  QUALIA_SNN_INLINE friend Mask operator<(Lane a, Lane b) { return {a.v < b.v}; }
  QUALIA_SNN_INLINE friend Mask operator!=(Lane a, Lane b) { return {a.v != b.v}; }
  QUALIA_SNN_INLINE friend Lane where(Mask mask, Lane a, Lane b) { return mask.m ? a : b; }
  QUALIA_SNN_INLINE friend Lane abs(Lane a) { return of(__builtin_signbit(a.v) ? -a.v : a.v); }
  QUALIA_SNN_INLINE friend Lane detach(Lane a, bool) { return a; }
  /// Returns a number of the same value that need not be exact: what slopes are computed on.
  QUALIA_SNN_INLINE friend Lane<T, true> rough(Lane a) { return Lane<T, true>::of(a.v); }
  /// Returns a * 2^n, where n stands in the low bits of `shifted`.
  QUALIA_SNN_INLINE friend Lane scale_by_power(Lane a, Lane shifted) {
    constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52;
    std::make_unsigned_t<typename BitsOf<T>::type> bits, n;
    __builtin_memcpy(&bits, &a.v, sizeof bits);
    __builtin_memcpy(&n, &shifted.v, sizeof n);
    bits += n << kMantissa;
    __builtin_memcpy(&a.v, &bits, sizeof bits);
    return a;
  }
  /// Splits a positive normal number: returns n and leaves m, a = m 2^n with 1 <= m < 2.
  QUALIA_SNN_INLINE friend Lane take_power(Lane& a) {
    constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52;
    constexpr auto kOne = std::make_unsigned_t<typename BitsOf<T>::type>(sizeof(T) == 4 ? 127 : 1023) << kMantissa;
    std::make_unsigned_t<typename BitsOf<T>::type> bits;
    __builtin_memcpy(&bits, &a.v, sizeof bits);
    const auto n = static_cast<typename BitsOf<T>::type>(bits >> kMantissa) - (sizeof(T) == 4 ? 127 : 1023);
    bits = (bits & ((std::make_unsigned_t<typename BitsOf<T>::type>(1) << kMantissa) - 1)) | kOne;
    __builtin_memcpy(&a.v, &bits, sizeof bits);
    return of(static_cast<T>(n));
  }
};

#ifndef __CUDACC__
/// The values of one vector register of neurons.
template <class T>
struct Lanes {
  using Value = T;
  using Bits = typename BitsOf<T>::type;
  static constexpr int kWidth = kRegisterBytes / sizeof(T);
  typedef T Vector __attribute__((vector_size(kRegisterBytes)));
  typedef Bits BitVector __attribute__((vector_size(kRegisterBytes)));
  struct Mask {
    BitVector m;
    QUALIA_SNN_INLINE friend Mask operator&(Mask a, Mask b) { return {a.m & b.m}; }
    QUALIA_SNN_INLINE friend Mask operator|(Mask a, Mask b) { return {a.m | b.m}; }
  };
  Vector v;

  Lanes() = default;
  QUALIA_SNN_INLINE Lanes(double a) : v(static_cast<T>(a) - Vector{}) {}
  QUALIA_SNN_INLINE static Lanes of(Vector a) {
    Lanes r;
    r.v = a;
    return r;
  }
  QUALIA_SNN_INLINE static Lanes load(const T* p) {
    Lanes r;
    __builtin_memcpy(&r.v, p, sizeof r.v);
    return r;
  }
  QUALIA_SNN_INLINE void store(T* p) const { __builtin_memcpy(p, &v, sizeof v); }

  QUALIA_SNN_INLINE friend Lanes operator+(Lanes a, Lanes b) { return of(a.v + b.v); }
  QUALIA_SNN_INLINE friend Lanes operator-(Lanes a, Lanes b) { return of(a.v - b.v); }
  QUALIA_SNN_INLINE friend Lanes operator*(Lanes a, Lanes b) { return of(a.v * b.v); }
  QUALIA_SNN_INLINE friend Lanes operator/(Lanes a, Lanes b) { return of(a.v / b.v); }
  QUALIA_SNN_INLINE friend Lanes operator/(Lanes a, double b) {
    return is_power_of_two(b) ? a * Lanes(1. / b) : a / Lanes(b);
  }
  QUALIA_SNN_INLINE friend Lanes operator-(Lanes a) { return of(-a.v); }
  QUALIA_SNN_INLINE friend Mask operator>=(Lanes a, Lanes b) { return {a.v >= b.v}; }
  QUALIA_SNN_INLINE friend Mask operator>(Lanes a, Lanes b) { return {a.v > b.v}; }
  QUALIA_SNN_INLINE friend Mask operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
  QUALIA_SNN_INLINE friend Mask operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
  QUALIA_SNN_INLINE friend Mask operator!=(Lanes a, Lanes b) { return {a.v != b.v}; }
  QUALIA_SNN_INLINE friend Lanes where(Mask mask, Lanes a, Lanes b) { return of(mask.m ? a.v : b.v); }
  QUALIA_SNN_INLINE friend Lanes abs(Lanes a) {
    constexpr Bits kAllButSign = sizeof(T) == 4 ? Bits(0x7fffffff) : Bits(0x7fffffffffffffff);
    return of((Vector)((BitVector)a.v & kAllButSign));
  }
  QUALIA_SNN_INLINE friend Lanes detach(Lanes a, bool) { return a; }
  QUALIA_SNN_INLINE friend Lanes rough(Lanes a) { return a; }
  QUALIA_SNN_INLINE friend Lanes scale_by_power(Lanes a, Lanes shifted) {
    constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52;
    return of((Vector)((BitVector)a.v + ((BitVector)shifted.v << kMantissa)));
  }
  QUALIA_SNN_INLINE friend Lanes take_power(Lanes& a) {
    constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52;
    constexpr Bits kBias = sizeof(T) == 4 ? 127 : 1023, kOne = kBias << kMantissa;
    // The exponent becomes the low bits of a number whose unit is 1.
    const Lanes magic(sizeof(T) == 4 ? 8388608. : 4503599627370496.);
    const BitVector exponent = ((BitVector)a.v >> kMantissa) | (BitVector)magic.v;
    a.v = (Vector)(((BitVector)a.v & ((Bits(1) << kMantissa) - 1)) | kOne);
    return of((Vector)exponent) - magic - Lanes(kBias);
  }
};
#endif

/// A plain number of this header: what a Dual is built on.
template <class R>
concept Plain = requires {
  R::kWidth;
};

/// Rounds to the nearest whole number, halves to even, for |a| below 2^22 (float) or 2^51 (double).
template <Plain R>
QUALIA_SNN_INLINE R round_half_even(R a) {
  const R magic(sizeof(typename R::Value) == 4 ? 12582912. : 6755399441055744.);
  return (a + magic) - magic;
}

/// Exponential, within 1 ulp in float and 2 ulp in double, the same operations on every target of the CPU.
///
/// Arguments beyond the range of the type are clamped to it, a NaN without payload stays NaN. Source: Cephes expf and,
/// for double, the Taylor series to the 13th power on |r| <= ln(2) / 2.
template <Plain R>
QUALIA_SNN_INLINE R exp(R x) {
  constexpr bool kFloat = sizeof(typename R::Value) == 4;
  const R lowest(kFloat ? -87. : -708.), highest(kFloat ? 88. : 709.);
  x = where(x < lowest, lowest, where(x > highest, highest, x));
  const R magic(kFloat ? 12582912. : 6755399441055744.);
  const R shifted = x * R(1.4426950408889634) + magic;
  const R n = shifted - magic;
  if constexpr (kFloat) {
    const R r = x - n * R(0.693359375) - n * R(-2.12194440e-4);
    R p(1.9875691500e-4);
    p = p * r + R(1.3981999507e-3);
    p = p * r + R(8.3334519073e-3);
    p = p * r + R(4.1665795894e-2);
    p = p * r + R(1.6666665459e-1);
    p = p * r + R(5.0000001201e-1);
    return scale_by_power(p * r * r + r + R(1.), shifted);
  } else {
    const R r = x - n * R(6.93145751953125e-1) - n * R(1.42860682030941723212e-6);
    R p(1. / 6227020800.);
    p = p * r + R(1. / 479001600.);
    p = p * r + R(1. / 39916800.);
    p = p * r + R(1. / 3628800.);
    p = p * r + R(1. / 362880.);
    p = p * r + R(1. / 40320.);
    p = p * r + R(1. / 5040.);
    p = p * r + R(1. / 720.);
    p = p * r + R(1. / 120.);
    p = p * r + R(1. / 24.);
    p = p * r + R(1. / 6.);
    p = p * r + R(1. / 2.);
    return scale_by_power(p * r * r + r + R(1.), shifted);
  }
}

/// 2^y of a y that is not positive, within 4e-7 relative in float: what slopes are made of.
///
/// Results below the normal numbers of the type become about the smallest of them, or 0 on a GPU; a NaN without payload
/// stays NaN. Source: interpolation in Chebyshev points.
template <Plain R>
QUALIA_SNN_INLINE R exp2_of_negative(R y) {
#ifdef __CUDA_ARCH__
  if constexpr (__is_same(R, Lane<float, true>)) {
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(y.v));
    return R::of(power);
  }
#endif
  if constexpr (sizeof(typename R::Value) == 4) {
    const R lowest(-126.), magic(12582912.);
    y = where(y < lowest, lowest, y);
    const R shifted = y + magic;
    const R f = y - (shifted - magic);
    // Estrin's scheme: the chain of dependent operations is short.
    const R ff = f * f;
    const R low = R(1.0000000754548972) + R(0.6931471880262287) * f;
    const R middle = R(0.24022107485308244) + R(0.05550357114219222) * f;
    const R high = R(0.00967603191832527) + R(0.0013390863364611582) * f;
    const R p = low + ff * (middle + ff * high);
    return scale_by_power(p, shifted);
  } else {
    return exp(y * R(0.6931471805599453));
  }
}

/// Natural logarithm of positive normal numbers, within 2 ulp beyond 1.1, the same operations on every target.
///
/// Source: ln m = 2 artanh((m - 1) / (m + 1)), its series.
template <Plain R>
QUALIA_SNN_INLINE R log(R a) {
  constexpr int kTerms = sizeof(typename R::Value) == 4 ? 5 : 11;
  R n = take_power(a);
  const auto large = a > R(1.4142135623730951);
  a = where(large, a * R(0.5), a);
  n = where(large, n + R(1.), n);
  const R z = (a - R(1.)) / (a + R(1.)), w = z * z;
  R p(1. / (2 * kTerms + 1));
  for (int k = kTerms - 1; k >= 0; --k) p = p * w + R(1. / (2 * k + 1));
  return n * R(0.6931471805599453) + R(2.) * z * p;
}

/// Cosine, within 2e-7 (float) or 1e-14 (double) absolute for |x| up to 100. Source: Taylor series on |r| <= pi / 2.
template <Plain R>
QUALIA_SNN_INLINE R cos(R x) {
  constexpr int kTerms = sizeof(typename R::Value) == 4 ? 7 : 11;
  const R n = round_half_even(x * R(0.3183098861837907));
  // pi in two parts, the first short enough for an exact product.
  constexpr bool kFloat = sizeof(typename R::Value) == 4;
  const R r =
      x - n * R(kFloat ? 3.140625 : 3.1415926218032837) - n * R(kFloat ? 9.676535897932e-4 : 3.1786509424591713e-8);
  const R w = r * r;
  R p(1.);
  for (int k = kTerms; k >= 1; --k) p = R(1.) - p * w * R(1. / (2 * k * (2 * k - 1)));
  const R half = n * R(0.5), odd = half - round_half_even(half);
  return where(odd * odd > R(0.1), -p, p);
}

template <Plain R>
QUALIA_SNN_INLINE R sigmoid(R x) {
  return R(1.) / (R(1.) + exp(-x));
}

template <Plain R>
QUALIA_SNN_INLINE R relu(R a) {
  return where(a > R(0.), a, R(0.));
}

/// Returns `spike * a + (1 - spike) * b` of a spike that is 0 or 1.
template <Plain R>
QUALIA_SNN_INLINE R blend(R spike, double a, R b) {
  return where(spike > R(0.), R(a), b);
}

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
