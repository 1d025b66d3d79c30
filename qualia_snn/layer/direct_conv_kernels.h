#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/row_kernels.h"

/// The inner loops of the direct convolution, compiled for every instruction set of the CPU.
namespace qualia_snn::layer {

/// Sums of products of numbers with rows of channels, at places side by side:
///
///     y[place][k] = sum over lines and terms of x[line, place, term] * w[line, term][k]
///
/// Forward, places are those of the output, and terms the values under the kernel; in the gradient of the weights,
/// places are those of the kernel, and terms those of the output. Strides count floats; k runs over consecutive ones.
struct ConvRow {
  const float* x;
  std::int64_t x_line, x_place, x_term;
  const float* w;
  std::int64_t w_line, w_term;
  std::int64_t lines, terms;
  float* y;
  std::int64_t y_place, places;
  bool adds;  ///< to what y holds
};

/// The functions of one instruction set.
struct DirectConvKernels {
  std::int64_t width;               ///< floats of a vector
  void (*one)(const ConvRow& row);  ///< k runs over one vector
  void (*two)(const ConvRow& row);  ///< over two
};

template <neuron::InstructionSet set>
const DirectConvKernels& direct_conv_kernels();

/// Returns those of the instruction set that this CPU runs.
const DirectConvKernels& direct_conv_kernels();

/// The channels that one call of a kernel works on: one or two vectors.
struct ChannelBlocks {
  std::int64_t size;
  void (*run)(const ConvRow& row);
};

/// @param channels  a multiple of a vector's
ChannelBlocks channel_blocks(std::int64_t channels);

}  // namespace qualia_snn::layer
