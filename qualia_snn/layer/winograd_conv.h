#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/layer/conv.h"

/// Convolutions with kernels of 3 x 3 places and many channels on the CPU, with 4/9 of the multiplications.
///
/// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, F(2x2, 3x3): tiles of 4 x 4 inputs and the
/// kernels are transformed to 16 points, at each of which a product of matrices over the channels takes the place of
/// nine; its results are transformed to 2 x 2 outputs. The transforms add and halve only, and sums get shorter: the
/// rounding error is not larger than that of adding up all terms. A few tiles at a time stay in cache.
namespace qualia_snn::layer {

/// Whether a convolution is computed so: on the CPU, float or bfloat16, which is computed in float, one group, kernels
/// of 3 x 3 places, stride 1, channels that fill vectors and are many, and images that are not too wide and on which
/// multiplications are saved. A fixed rule, so that equal runs have equal bits.
QUALIA_SNN_API bool winograd_conv_takes(const at::Tensor& x, const ConvOptions& options);

/// Returns the convolution of x [N, C, H, W], with channels as the fastest axis. Results do not depend on the number of
/// threads.
///
/// @param bias  undefined: none
at::Tensor winograd_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         const ConvOptions& options);

/// Returns the adjoint of the input.
at::Tensor winograd_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, const ConvOptions& options);

/// Returns the adjoint of the weight.
at::Tensor winograd_conv_weight_adjoint(const at::Tensor& gy, const at::Tensor& x, const ConvOptions& options);

}  // namespace qualia_snn::layer
