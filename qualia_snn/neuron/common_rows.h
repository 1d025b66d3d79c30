#pragma once

#include "qualia_snn/neuron/number.h"
#include "qualia_snn/neuron/row_kernels.h"
#include "qualia_snn/neuron/visit_surrogate.h"

/// The row functions that do not depend on the neuron: included only by sources compiled for one instruction set.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

template <class T>
struct CommonRows {
  static void affine(std::int64_t n, const T* x, const T* scale, const T* shift, T* y) {
    const auto one = [=]<class R>(R, std::int64_t i) {
      (R::load(x + i) * R::load(scale + i) + R::load(shift + i)).store(y + i);
    };
    for_each_vector(n, one);
  }

  static void affine_backward(std::int64_t n, const T* x, const T* scale, const T* gy, T* gx, T* gscale, T* gshift) {
    for_each_vector(n, [=]<class R>(R, std::int64_t i) {
      const R g = R::load(gy + i);
      (R::load(gscale + i) + g * R::load(x + i)).store(gscale + i);
      (R::load(gshift + i) + g).store(gshift + i);
      (g * R::load(scale + i)).store(gx + i);
    });
  }

  static void slopes(const AnySurrogate& any, std::int64_t n, T* u) {
    visit(StepSurrogates{}, any, [=](const auto surrogate) {
      for_each_vector(n, [=]<class R>(R, std::int64_t i) { R(surrogate.slope(R::load(u + i))).store(u + i); });
    });
  }

  static void add(std::int64_t n, const T* x, T* sum) {
    for_each_vector(n, [=]<class R>(R, std::int64_t i) { (R::load(sum + i) + R::load(x + i)).store(sum + i); });
  }

  static bool count(std::int64_t n, const T* x, T* count) {
    T others = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      count[i] += x[i] == 0 ? T(0) : T(1);
      others += x[i] == 0 || x[i] == 1 ? T(0) : T(1);
    }
    return others == 0;
  }

  static void pool(std::int64_t outputs, std::int64_t inner, const T* first, const T* second, T* y,
                   std::uint8_t* from) {
    for (std::int64_t o = 0; o < outputs; o += inner) {
      const T *a = first + 2 * o, *b = a + inner;
      const T *c = second ? second + 2 * o : a, *d = c + inner;
      for (std::int64_t i = 0; i < inner; ++i) {
        T best = a[i];
        std::uint8_t place = 0;
        // NaN counts as the largest, as in LibTorch.
        const auto take = [&](T v, std::uint8_t p) {
          const bool better = v > best || v != v;
          best = better ? v : best;
          place = better ? p : place;
        };
        take(b[i], 1);
        if (second) take(c[i], 2), take(d[i], 3);
        y[o + i] = best;
        from[o + i] = place;
      }
    }
  }

  static void unpool(std::int64_t outputs, std::int64_t inner, const T* gy, const std::uint8_t* from, T* first,
                     T* second) {
    for (std::int64_t o = 0; o < outputs; o += inner) {
      T *a = first + 2 * o, *b = a + inner;
      T *c = second ? second + 2 * o : a, *d = c + inner;
      for (std::int64_t i = 0; i < inner; ++i) {
        const T g = gy[o + i];
        const auto place = from[o + i];
        if (second) c[i] = place == 2 ? g : T(0), d[i] = place == 3 ? g : T(0);
        a[i] = place == 0 ? g : T(0);
        b[i] = place == 1 ? g : T(0);
      }
    }
  }

 private:
  /// Calls f(R, i) for every vector of a row and every single value of its tail.
  template <class F>
  QUALIA_SNN_INLINE static void for_each_vector(std::int64_t n, const F f) {
    std::int64_t i = 0;
    for (; i + Lanes<T>::kWidth <= n; i += Lanes<T>::kWidth) f(Lanes<T>(0.), i);
    for (; i < n; ++i) f(Lane<T>(0.), i);
  }
};

template <class T>
inline constexpr CommonKernels<T> kCommonKernels = {CommonRows<T>::affine, CommonRows<T>::affine_backward,
                                                    CommonRows<T>::slopes, CommonRows<T>::add,
                                                    CommonRows<T>::count,  CommonRows<T>::pool,
                                                    CommonRows<T>::unpool};

inline void from_bfloat16(std::int64_t n, const std::uint16_t* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t bits = std::uint32_t{x[i]} << 16;
    __builtin_memcpy(y + i, &bits, sizeof bits);
  }
}

inline void to_bfloat16(std::int64_t n, const float* x, std::uint16_t* y) {
  for (std::int64_t i = 0; i < n; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    const std::uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    y[i] = static_cast<std::uint16_t>(x[i] != x[i] ? 0x7fc0 : rounded);
  }
}

}  // namespace QUALIA_SNN_ISA

template <InstructionSet set>
const InstructionSetKernels& common_kernels() {
  static constexpr InstructionSetKernels kKernels = {kCommonKernels<float>, kCommonKernels<double>, from_bfloat16,
                                                     to_bfloat16};
  return kKernels;
}

}  // namespace qualia_snn::neuron
