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

  static void affine_sums(std::int64_t n, const T* x, const T* center, const T* gy, T* gscale, T* gshift) {
    for_each_vector(n, [=]<class R>(R, std::int64_t i) {
      const R g = R::load(gy + i);
      (R::load(gscale + i) + g * (R::load(x + i) - R::load(center + i))).store(gscale + i);
      (R::load(gshift + i) + g).store(gshift + i);
    });
  }

  static void moments(std::int64_t n, const T* x, const T* center, T* sum, T* square) {
    for_each_vector(n, [=]<class R>(R, std::int64_t i) {
      const R d = R::load(x + i) - R::load(center + i);
      (R::load(sum + i) + d).store(sum + i);
      (R::load(square + i) + d * d).store(square + i);
    });
  }

  static void norm_backward(std::int64_t n, const T* gy, const T* x, const NormRow<T>& given, T* gx) {
    const auto numbers = given;
    for_each_vector(n, [=]<class R>(R, std::int64_t i) {
      const R d = R::load(x + i) - R::load(numbers.center + i);
      (R::load(gy + i) * R::load(numbers.scale + i) - d * R::load(numbers.slope + i) - R::load(numbers.shift + i))
          .store(gx + i);
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

  static void add_up(std::int64_t n, T* x, std::int64_t channels, std::int64_t first, double* sums) {
    // A few values of a channel are added up as they are: converting each would cost more than the neuron.
    const bool folds = channels >= kFewChannels && first == 0 && n % channels == 0;
    for (std::int64_t i = channels; folds && i < n; i += channels) add(channels, x + i, x);
    for (std::int64_t i = 0; i < (folds ? channels : n); first = 0) {
      for (auto c = first; c < channels && i < n; ++c, ++i) sums[c] += static_cast<double>(x[i]);
    }
  }

  static void multiply(std::int64_t n, const T* x, const T* factor, T* y) {
    for_each_vector(n, [=]<class R>(R, std::int64_t i) { (R::load(x + i) * R::load(factor + i)).store(y + i); });
  }

  static void count(std::int64_t n, const T* x, T* count) {
    for (std::int64_t i = 0; i < n; ++i) count[i] += x[i] == 0 ? T(0) : T(1);
  }

  static bool is_binary(std::int64_t n, const T* x) {
    std::int64_t others = 0;
    for (std::int64_t i = 0; i < n; ++i) others += x[i] != 0 && x[i] != 1;
    return others == 0;
  }

  static void pool(const WindowRow& row, const T* x, T* y) {
    for_each_window(row, [=]<class R, int kPlaces>(R, std::integral_constant<int, kPlaces>, const auto& places,
                                                   std::int64_t first, std::int64_t output) {
      R best = R::load(x + first);
      for (int p = 1; p < places.count(); ++p) {
        const R v = R::load(x + first + places[p]);
        best = where(is_better(v, best), v, best);
      }
      best.store(y + output);
    });
  }

  static void unpool(const WindowRow& row, const T* x, const T* gy, T* gx) {
    for_each_window(row, [=]<class R, int kPlaces>(R, std::integral_constant<int, kPlaces>, const auto& places,
                                                   std::int64_t first, std::int64_t output) {
      typename R::Mask better[kPlaces];
      R best = R::load(x + first);
      for (int p = 1; p < places.count(); ++p) {
        const R v = R::load(x + first + places[p]);
        better[p] = is_better(v, best);
        best = where(better[p], v, best);
      }
      // From the last place on: the last one that was better than all before it is the maximum.
      R g = R::load(gy + output);
      const R zero(0.);
      for (int p = places.count() - 1; p > 0; --p) {
        where(better[p], g, zero).store(gx + first + places[p]);
        g = where(better[p], zero, g);
      }
      g.store(gx + first);
    });
  }

 private:
  /// Channels from which a block's row holds few values of each.
  static constexpr std::int64_t kFewChannels = 8;

  /// Calls f(R, i) for every vector of a row and every single value of its tail.
  template <class F>
  QUALIA_SNN_INLINE static void for_each_vector(std::int64_t n, const F f) {
    std::int64_t i = 0;
    for (; i + Lanes<T>::kWidth <= n; i += Lanes<T>::kWidth) f(Lanes<T>(0.), i);
    for (; i < n; ++i) f(Lane<T>(0.), i);
  }

  /// NaN counts as the largest, as in LibTorch.
  template <class R>
  QUALIA_SNN_INLINE static auto is_better(R v, R best) {
    return (v > best) | (v != v);
  }

  /// Where the places of a window lie behind its first one.
  ///
  /// @tparam kPlaces  how many there are, or the most that there may be: then the number is the window's
  template <int kPlaces>
  class WindowPlaces {
   public:
    QUALIA_SNN_INLINE explicit WindowPlaces(const WindowRow& row) : count_(row.window.places()) {
      for (int p = 0; p < count(); ++p) {
        offsets_[p] = p / row.window.width * row.row_stride + p % row.window.width * row.inner;
      }
    }
    QUALIA_SNN_INLINE int count() const { return kPlaces < Window::kMostPlaces ? kPlaces : count_; }
    QUALIA_SNN_INLINE std::int64_t operator[](int p) const { return offsets_[p]; }

   private:
    int count_;
    std::int64_t offsets_[kPlaces];
  };

  template <class F>
  QUALIA_SNN_INLINE static void for_each_window(const WindowRow& row, const F f) {
    if (row.window.places() == 2) return for_each_window_of<2>(row, f);
    if (row.window.places() == 4) return for_each_window_of<4>(row, f);
    for_each_window_of<Window::kMostPlaces>(row, f);
  }
  template <int kPlaces, class F>
  QUALIA_SNN_INLINE static void for_each_window_of(const WindowRow& row, const F f) {
    const WindowPlaces<kPlaces> places(row);
    constexpr std::integral_constant<int, kPlaces> kCount{};
    for (std::int64_t o = 0; o < row.outputs; o += row.inner) {
      const auto first = o * row.window.width;
      for_each_vector(row.inner, [&]<class R>(R r, std::int64_t i) { f(r, kCount, places, first + i, o + i); });
    }
  }
};

template <class T>
inline constexpr CommonKernels<T> kCommonKernels = {
    CommonRows<T>::affine, CommonRows<T>::affine_sums, CommonRows<T>::moments, CommonRows<T>::norm_backward,
    CommonRows<T>::slopes, CommonRows<T>::add,         CommonRows<T>::add_up,  CommonRows<T>::multiply,
    CommonRows<T>::count,  CommonRows<T>::is_binary,   CommonRows<T>::pool,    CommonRows<T>::unpool};

inline void from_bytes(std::int64_t n, const std::uint8_t* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(x[i]);
}

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
  static constexpr InstructionSetKernels kKernels = {kCommonKernels<float>, kCommonKernels<double>, from_bytes,
                                                     from_bfloat16, to_bfloat16};
  return kKernels;
}

}  // namespace qualia_snn::neuron
