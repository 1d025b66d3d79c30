#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// NumPy's `numpy.random.default_rng(seed)`: the same numbers, bit for bit.
///
/// Qualia draws its splits from one such generator per process, so every draw moves those that follow.
/// Source: O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation", 2014 (PCG64, XSL-RR 128/64); numpy.random (SeedSequence, Generator) of NumPy 2; Lemire, "Fast Random
/// Integer Generation in an Interval", 2019.
class QUALIA_SNN_API NumpyRandom {
 public:
  explicit NumpyRandom(std::uint64_t seed);

  /// Returns the next 64 bits.
  std::uint64_t raw();
  /// Returns an integer of [low, high), as `integers(low, high)` does.
  /// @throws std::invalid_argument  unless low < high.
  std::int64_t integers(std::int64_t low, std::int64_t high);
  /// Returns 0 to n - 1 in random order. `n` is at least 0.
  std::vector<std::int64_t> permutation(std::int64_t n);
  /// Returns `size` different numbers of 0 to n - 1 in random order, as `choice(n, size, replace=False)` does.
  /// @throws std::invalid_argument  unless 0 <= size <= n.
  std::vector<std::int64_t> choice(std::int64_t n, std::int64_t size);

 private:
  std::uint32_t raw32();
  /// Returns a number of [0, max] by Lemire's method.
  std::uint64_t bounded(std::uint64_t max);
  /// Returns a number of [0, max] by drawing until it is small enough.
  std::uint64_t masked(std::uint64_t max);
  std::vector<std::int64_t> choose_by_floyd(std::int64_t n, std::int64_t size);

  __extension__ using Uint128 = unsigned __int128;
  Uint128 state_ = 0, increment_ = 0;
  std::uint32_t high_half_ = 0;  // of a 64-bit draw whose low half went to raw32()
  bool has_high_half_ = false;
};

}  // namespace qualia_snn
