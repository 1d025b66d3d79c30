#include "qualia_snn/layer/conv_geometry.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace qualia_snn::layer {

ConvGeometry::ConvGeometry(at::IntArrayRef x, const ConvOptions& o)
    : N(x[0]),
      C(x[1]),
      H(x.size() == 3 ? 1 : x[2]),
      W(x.back()),
      K(o.out_channels),
      kernel_h(x.size() == 3 ? 1 : o.kernel_size[0]),
      kernel_w(o.kernel_size.back()),
      stride_h(x.size() == 3 ? 1 : o.stride[0]),
      stride_w(o.stride.back()),
      pad_h(x.size() == 3 ? 0 : o.padding[0]),
      pad_w(o.padding.back()) {}

std::vector<std::int64_t> ConvGeometry::output_sizes(at::IntArrayRef x) const {
  return x.size() == 3 ? std::vector{N, K, out_w()} : std::vector{N, K, out_h(), out_w()};
}

at::Tensor channels_last(const at::Tensor& x) {
  if (x.dim() == 4) return x.contiguous(at::MemoryFormat::ChannelsLast);
  return x.transpose(1, 2).contiguous().transpose(1, 2);
}

at::Tensor empty_channels_last(at::IntArrayRef sizes, const at::TensorOptions& options) {
  if (sizes.size() == 4) return at::empty(sizes, options, at::MemoryFormat::ChannelsLast);
  return at::empty({sizes[0], sizes[2], sizes[1]}, options).transpose(1, 2);
}

at::Tensor as_stored(const at::Tensor& weight, at::ScalarType type) { return weight.detach().to(type).to(at::kFloat); }

bool can_turn(const ConvOptions& o) {
  bool can = std::all_of(o.stride.begin(), o.stride.end(), [](std::int64_t stride) { return stride == 1; });
  for (std::size_t i = 0; i < o.padding.size(); ++i) can = can && o.padding[i] < o.kernel_size[i];
  return can;
}

ConvOptions turned(const ConvOptions& o) {
  auto turned = o;
  std::swap(turned.in_channels, turned.out_channels);
  turned.bias = false;
  for (std::size_t i = 0; i < o.padding.size(); ++i) turned.padding[i] = o.kernel_size[i] - 1 - o.padding[i];
  return turned;
}

TurnedConv turned(const at::Tensor& weight, const ConvOptions& o) {
  const auto exchanged = weight.detach().transpose(0, 1);
  return {turned(o), weight.dim() == 3 ? exchanged.flip({2}) : exchanged.flip({2, 3})};
}

}  // namespace qualia_snn::layer
