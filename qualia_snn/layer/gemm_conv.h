#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/layer/conv.h"

/// Convolutions of small images with many channels on the CPU, as products of matrices.
///
/// At the edge of an image most of a kernel lies on padding: of an image of 4 x 4 places a kernel of 3 x 3 sees 69 %, of
/// 2 x 2 places 44 %. Each place of the output is a product of [N, C * places seen] and [C * places seen, K] for every
/// row of the kernel; the rows lie strided in the batch, as BLAS takes them.
namespace qualia_snn::layer {

/// Whether a convolution is computed so: on the CPU, float, one group, few places and many channels. A fixed rule, so
/// that equal runs have equal bits.
QUALIA_SNN_API bool gemm_conv_takes(const at::Tensor& x, const ConvOptions& options);

/// Returns the convolution of x [N, C, S] or [N, C, H, W], with channels as the fastest axis.
///
/// @param bias  undefined: none
at::Tensor gemm_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const ConvOptions& options);

/// Returns the adjoint of the input of a convolution that `can_turn`.
at::Tensor gemm_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, const ConvOptions& options);

/// Returns the adjoint of the weight.
at::Tensor gemm_conv_weight_adjoint(const at::Tensor& gy, const at::Tensor& x, const ConvOptions& options);

}  // namespace qualia_snn::layer
