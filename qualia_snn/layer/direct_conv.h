#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/layer/conv.h"

/// Convolutions with few channels on the CPU.
///
/// oneDNN, which LibTorch calls, takes two to three times as long for signals, and reorders the images of embedded
/// networks (bench_conv). Here a tile of outputs stays in registers while all terms of its sums are added: channels are
/// the fastest axis, so one vector holds consecutive output channels, and the terms of a row of the kernel are
/// consecutive numbers of the input. Inputs may be bytes, which is how spikes are kept for the backward pass.
namespace qualia_snn::layer {

/// Whether these kernels take a convolution: on the CPU, float or bfloat16, one group, output channels that fill
/// vectors, and sizes for which they are the faster ones. A fixed rule, so that equal runs have equal bits.
QUALIA_SNN_API bool direct_conv_takes(const at::Tensor& x, const ConvOptions& options);

/// Returns the convolution of x [N, C, S] or [N, C, H, W], with channels as the fastest axis. Results do not depend on
/// the number of threads.
///
/// @param bias  undefined: none
at::Tensor direct_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       const ConvOptions& options);

/// Whether the adjoint of the input is computed here too: not with strides, nor for channels that fill no vector.
bool direct_conv_takes_backward(const ConvOptions& options);

/// Returns the adjoint of the input, of the given sizes.
at::Tensor direct_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, at::IntArrayRef input_sizes,
                                     const ConvOptions& options);

/// Returns the adjoint of the weight.
at::Tensor direct_conv_weight_adjoint(const at::Tensor& gy, const at::Tensor& x, const ConvOptions& options);

}  // namespace qualia_snn::layer
