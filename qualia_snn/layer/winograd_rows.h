#pragma once

#include "qualia_snn/layer/conv_vector.h"
#include "qualia_snn/layer/winograd_kernels.h"

/// The transforms of Winograd's convolution: included only by sources that are compiled for one instruction set.
namespace qualia_snn::layer {
inline namespace QUALIA_SNN_ISA {

/// B' of four numbers.
struct InputTransform {
  static constexpr int kFrom = 4, kTo = 4;
  QUALIA_SNN_INLINE static void apply(const Vector* d, Vector* t) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
  }
};

/// A' of four numbers.
struct OutputTransform {
  static constexpr int kFrom = 4, kTo = 2;
  QUALIA_SNN_INLINE static void apply(const Vector* m, Vector* t) {
    t[0] = m[0] + m[1] + m[2];
    t[1] = m[1] - m[2] - m[3];
  }
};

/// A of two numbers.
struct OutputAdjoint {
  static constexpr int kFrom = 2, kTo = 4;
  QUALIA_SNN_INLINE static void apply(const Vector* g, Vector* t) {
    t[0] = g[0];
    t[1] = g[0] + g[1];
    t[2] = g[0] - g[1];
    t[3] = -g[1];
  }
};

/// G of three numbers.
struct WeightTransform {
  static constexpr int kFrom = 3, kTo = 4;
  QUALIA_SNN_INLINE static void apply(const Vector* w, Vector* t) {
    const Vector half = (w[0] + w[2]) * .5f;
    t[0] = w[0];
    t[1] = half + w[1] * .5f;
    t[2] = half - w[1] * .5f;
    t[3] = w[2];
  }
};

/// G' of four numbers.
struct WeightAdjoint {
  static constexpr int kFrom = 4, kTo = 3;
  QUALIA_SNN_INLINE static void apply(const Vector* u, Vector* t) {
    const Vector half = (u[1] + u[2]) * .5f;
    t[0] = u[0] + half;
    t[1] = (u[1] - u[2]) * .5f;
    t[2] = half + u[3];
  }
};

/// Applies a transform to both axes of kFrom x kFrom vectors.
template <class Transform>
QUALIA_SNN_INLINE void apply_twice(const Vector (&from)[Transform::kFrom][Transform::kFrom],
                                   Vector (&to)[Transform::kTo][Transform::kTo]) {
  Vector half[Transform::kFrom][Transform::kTo];
  for (int i = 0; i < Transform::kFrom; ++i) Transform::apply(from[i], half[i]);
  for (int j = 0; j < Transform::kTo; ++j) {
    Vector column[Transform::kFrom], result[Transform::kTo];
    for (int i = 0; i < Transform::kFrom; ++i) column[i] = half[i][j];
    Transform::apply(column, result);
    for (int i = 0; i < Transform::kTo; ++i) to[i][j] = result[i];
  }
}

/// From strides (line, place) to strides (line, place).
template <class Transform>
QUALIA_SNN_INLINE void transform(const WinogradTile& tile, std::int64_t from_line, std::int64_t from_place,
                                 std::int64_t to_line, std::int64_t to_place) {
  for (std::int64_t c = 0; c < tile.channels; c += kWidth) {
    Vector from[Transform::kFrom][Transform::kFrom], to[Transform::kTo][Transform::kTo];
    for (int i = 0; i < Transform::kFrom; ++i) {
      for (int j = 0; j < Transform::kFrom; ++j) from[i][j] = load(tile.from + i * from_line + j * from_place + c);
    }
    apply_twice<Transform>(from, to);
    for (int i = 0; i < Transform::kTo; ++i) {
      for (int j = 0; j < Transform::kTo; ++j) store(to[i][j], tile.to + i * to_line + j * to_place + c);
    }
  }
}

/// From the places of an image to the points of a transform.
template <class Transform>
void to_points(const WinogradTile& tile) {
  transform<Transform>(tile, tile.line, tile.place, 4 * tile.point, tile.point);
}

/// From the points of a transform to the places of an image.
template <class Transform>
void to_places(const WinogradTile& tile) {
  transform<Transform>(tile, 4 * tile.point, tile.point, tile.line, tile.place);
}

inline void to_outputs(const WinogradOutput& tile) {
  for (std::int64_t c = 0; c < tile.channels; c += kWidth) {
    Vector from[4][4], to[2][2];
    for (int i = 0; i < 16; ++i) from[i / 4][i % 4] = load(tile.from + i * tile.point + c);
    apply_twice<OutputTransform>(from, to);
    const Vector bias = tile.bias ? load(tile.bias + c) : Vector{};
    for (int i = 0; i < tile.lines; ++i) {
      for (int j = 0; j < tile.places; ++j) store(to[i][j] + bias, tile.to + i * tile.line + j * tile.place + c);
    }
  }
}

}  // namespace QUALIA_SNN_ISA

template <neuron::InstructionSet set>
const WinogradKernels& winograd_kernels() {
  static constexpr WinogradKernels kKernels = {to_points<InputTransform>, to_outputs, to_points<OutputAdjoint>,
                                               to_points<WeightTransform>, to_places<WeightAdjoint>};
  return kKernels;
}

}  // namespace qualia_snn::layer
