#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "qualia_snn/neuron/row_kernels.h"

/// Rows of a tensor as numbers, whatever they are stored as. Not for sources of other devices than CPUs.
namespace qualia_snn::neuron {

/// How bfloat16 is stored.
struct BFloat16Bits {
  std::uint16_t bits;
};

template <class E>
using NumberOf = std::conditional_t<std::is_same_v<E, BFloat16Bits>, float, E>;

/// Access to tensors of float, double or bfloat16, which is computed in float.
template <class E>
class RowAccess {
 public:
  using T = NumberOf<E>;
  static constexpr bool kConverts = !std::is_same_v<E, T>;

  explicit RowAccess(const InstructionSetKernels& kernels) : kernels_(&kernels) {}

  /// Returns a row as numbers, in `buffer` where they have to be converted.
  const T* as_numbers(const void* values, std::int64_t from, std::int64_t n, T* buffer) const {
    const auto* const p = static_cast<const E*>(values) + from;
    if constexpr (kConverts) {
      kernels_->from_bfloat16(n, &p->bits, buffer);
      return buffer;
    } else {
      return p;
    }
  }
  /// Returns where a row of results is computed: its place, or `buffer` from where `put` will convert it.
  T* place_of(void* values, std::int64_t from, T* buffer) const {
    if constexpr (kConverts) {
      return buffer;
    } else {
      return static_cast<E*>(values) + from;
    }
  }
  /// Writes a row of numbers.
  void put(const T* row, std::int64_t n, void* values, std::int64_t to) const {
    auto* const p = static_cast<E*>(values) + to;
    if constexpr (kConverts) {
      kernels_->to_bfloat16(n, row, &p->bits);
    } else if (p != row) {
      std::copy_n(row, n, p);
    }
  }
  const CommonKernels<T>& kernels() const {
    if constexpr (std::is_same_v<T, double>) {
      return kernels_->f64;
    } else {
      return kernels_->f32;
    }
  }

 private:
  const InstructionSetKernels* kernels_;
};

}  // namespace qualia_snn::neuron
