#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/layer/conv.h"

namespace qualia_snn::layer {

/// Sizes of a convolution over two axes; over one axis the first has size 1.
struct ConvGeometry {
  std::int64_t N, C, H, W, K;
  std::int64_t kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w;

  /// @param x  [N, C, S] or [N, C, H, W]
  ConvGeometry(at::IntArrayRef x, const ConvOptions& options);

  std::int64_t padded_h() const { return H + 2 * pad_h; }
  std::int64_t padded_w() const { return W + 2 * pad_w; }
  std::int64_t out_h() const { return (padded_h() - kernel_h) / stride_h + 1; }
  std::int64_t out_w() const { return (padded_w() - kernel_w) / stride_w + 1; }
  std::int64_t image() const { return H * W * C; }
  std::int64_t out_image() const { return out_h() * out_w() * K; }
  /// Terms under one row of the kernel.
  std::int64_t row_terms() const { return kernel_w * C; }
  std::int64_t multiplications() const { return out_image() * kernel_h * row_terms(); }
  /// Returns the sizes of the output of an input with as many axes as `x`.
  std::vector<std::int64_t> output_sizes(at::IntArrayRef x) const;
};

/// Returns x with channels as the fastest axis.
at::Tensor channels_last(const at::Tensor& x);
/// Returns an uninitialised tensor of this order.
at::Tensor empty_channels_last(at::IntArrayRef sizes, const at::TensorOptions& options);

/// Returns a weight in float, with the precision of `type`: what a convolution in that type would multiply with.
at::Tensor as_stored(const at::Tensor& weight, at::ScalarType type);

/// The adjoint of the input of a convolution with stride 1 is a convolution too: of the output's adjoint, with the
/// kernel turned round and its channels exchanged.
struct TurnedConv {
  ConvOptions options;
  at::Tensor weight;
};
/// Whether a convolution has one.
bool can_turn(const ConvOptions& options);
TurnedConv turned(const at::Tensor& weight, const ConvOptions& options);
/// Returns its options.
ConvOptions turned(const ConvOptions& options);

}  // namespace qualia_snn::layer
