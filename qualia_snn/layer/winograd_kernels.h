#pragma once

#include <cstdint>

#include "qualia_snn/neuron/row_kernels.h"

/// The transforms of winograd_conv.h, compiled for every instruction set of the CPU.
namespace qualia_snn::layer {

/// Places of one tile, each with its channels side by side, and the points of its transform.
///
/// Strides count floats; channels fill vectors.
struct WinogradTile {
  std::int64_t channels;
  const float* from;
  float* to;
  std::int64_t line, place;  ///< strides of the places of an image
  std::int64_t point;        ///< stride of the points of the transform
};

/// Part of a tile of 2 x 2 outputs that lies on the image.
struct WinogradOutput : WinogradTile {
  int lines, places;
  const float* bias;  ///< of the channels; null: none
};

/// The functions of one instruction set. With the matrices of Lavin and Gray for F(2x2, 3x3):
struct WinogradKernels {
  void (*input)(const WinogradTile& tile);           ///< B' d B of 4 x 4 places
  void (*output)(const WinogradOutput& tile);        ///< A' m A of 16 points: 2 x 2 places
  void (*output_adjoint)(const WinogradTile& tile);  ///< A g A' of 2 x 2 places
  void (*weight)(const WinogradTile& tile);          ///< G w G' of the 3 x 3 places of a kernel
  void (*weight_adjoint)(const WinogradTile& tile);  ///< G' u G of 16 points
};

template <neuron::InstructionSet set>
const WinogradKernels& winograd_kernels();

}  // namespace qualia_snn::layer
