#pragma once

#include "qualia_snn/layer/conv_vector.h"
#include "qualia_snn/layer/direct_conv_kernels.h"

/// The inner loops of the direct convolution: included only by sources that are compiled for one instruction set.
namespace qualia_snn::layer {
inline namespace QUALIA_SNN_ISA {

/// kPlaces places of kVectors vectors each, all in registers.
template <int kPlaces, int kVectors>
__attribute__((noinline)) void tile(const ConvRow& row, const float* x, float* y) {
  // An address of x86 is a register plus 1, 2, 4 or 8 times another: one register serves three places.
  constexpr int kBases = (kPlaces + 2) / 3;
  Vector sums[kPlaces][kVectors];
  for (int p = 0; p < kPlaces; ++p) {
    for (int k = 0; k < kVectors; ++k) sums[p][k] = row.adds ? load(y + p * row.y_place + k * kWidth) : Vector{};
  }
  const auto x_place = row.x_place, x_term = row.x_term, w_term = row.w_term;
  for (std::int64_t line = 0; line < row.lines; ++line) {
    const float* bases[kBases];
    for (int b = 0; b < kBases; ++b) bases[b] = x + line * row.x_line + 3 * b * x_place;
    const float* w = row.w + line * row.w_line;
    for (std::int64_t term = 0; term < row.terms; ++term) {
      Vector weights[kVectors];
      for (int k = 0; k < kVectors; ++k) weights[k] = load(w + k * kWidth);
#pragma GCC unroll 24
      for (int p = 0; p < kPlaces; ++p) {
        const Vector value = bases[p / 3][p % 3 * x_place] - Vector{};  // the number in every lane
#pragma GCC unroll 2
        for (int k = 0; k < kVectors; ++k) sums[p][k] += value * weights[k];
      }
      for (int b = 0; b < kBases; ++b) bases[b] += x_term;
      w += w_term;
    }
  }
  for (int p = 0; p < kPlaces; ++p) {
    for (int k = 0; k < kVectors; ++k) store(sums[p][k], y + p * row.y_place + k * kWidth);
  }
}

/// Runs a tile of `places` places, a number that is at most kPlaces.
template <int kPlaces, int kVectors>
QUALIA_SNN_INLINE void tile_of(std::int64_t places, const ConvRow& row, const float* x, float* y) {
  if (places == kPlaces) return tile<kPlaces, kVectors>(row, x, y);
  if constexpr (kPlaces > 1) tile_of<kPlaces - 1, kVectors>(places, row, x, y);
}

/// Cuts the places into as few tiles as registers allow, of nearly equal sizes: a small one would wait for its sums.
template <int kVectors>
void tiles(const ConvRow& row) {
  // More places than that want more addresses than there are registers.
  constexpr int kMost = kAccumulators / kVectors < 14 ? kAccumulators / kVectors : 14;
  const auto count = (row.places + kMost - 1) / kMost;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto first = i * row.places / count, last = (i + 1) * row.places / count;
    tile_of<kMost, kVectors>(last - first, row, row.x + first * row.x_place, row.y + first * row.y_place);
  }
}

}  // namespace QUALIA_SNN_ISA

template <neuron::InstructionSet set>
const DirectConvKernels& direct_conv_kernels() {
  static constexpr DirectConvKernels kKernels = {kWidth, tiles<1>, tiles<2>};
  return kKernels;
}

}  // namespace qualia_snn::layer
