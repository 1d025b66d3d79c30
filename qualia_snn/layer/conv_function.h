#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/layer/conv.h"

namespace qualia_snn::layer {

/// What a convolution may rely on, and what relies on it.
struct ConvUse {
  bool spikes = false;      ///< every value of x is 0 or 1: bytes are kept for the backward pass then
  bool keeps_ties = false;  ///< equal patches of x have to give equal bits: LibTorch computes the forward pass
};

/// Returns the convolution of x [N, C, S] or [N, C, H, W], with gradients.
///
/// On the CPU most convolutions have kernels of our own (winograd_conv.h, direct_conv.h, gemm_conv.h), also with
/// bfloat16, which is computed in float; LibTorch does all others. Which does what depends on sizes, types and the CPU
/// only (vectors of 4, 8 or 16 channels; tiles for bfloat16).
///
/// @param bias    undefined: none
/// @param recipe  gets how the result is computed again from what the backward pass keeps; null: nobody asks
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const ConvOptions& options,
                    const ConvUse& use, Recipe* recipe);

}  // namespace qualia_snn::layer
