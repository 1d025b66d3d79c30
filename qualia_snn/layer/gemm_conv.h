#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/layer/conv.h"

/// Convolutions of small images with many channels on the CPU, as products of matrices.
///
/// At the edge of an image much of a kernel lies on padding: of a kernel of 3 x 3 places 31 % on images of 4 x 4, 56 %
/// on those of 2 x 2. With batches stored as [places, N, C], a row of outputs gets one product of [places * N, C] and
/// [C, K] for every place of the kernel, over the places that lie on the image only.
namespace qualia_snn::layer {

/// Whether a convolution is computed so: on the CPU, float or bfloat16, one group, stride 1, few places and many
/// channels. A fixed rule, so that equal runs have equal bits.
QUALIA_SNN_API bool gemm_conv_takes(const at::Tensor& x, const ConvOptions& options);

/// Returns the convolution of x [N, C, S] or [N, C, H, W], with channels as the fastest axis.
///
/// @param bias  undefined: none
at::Tensor gemm_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const ConvOptions& options);

/// Returns the adjoint of the input.
at::Tensor gemm_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, const ConvOptions& options);

/// Returns the adjoint of the weight.
at::Tensor gemm_conv_weight_adjoint(const at::Tensor& gy, const at::Tensor& x, const ConvOptions& options);

}  // namespace qualia_snn::layer
