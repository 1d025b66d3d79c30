#include "qualia_snn/core/memory_order.h"

#include <ATen/ATen.h>

namespace qualia_snn {

bool is_channels_last(const at::Tensor& x) {
  return (x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast)) ||
         (x.dim() == 3 && x.unsqueeze(2).is_contiguous(at::MemoryFormat::ChannelsLast));
}

at::Tensor in_known_order(const at::Tensor& x) {
  return x.is_contiguous() || is_channels_last(x) ? x : x.contiguous(x.suggest_memory_format());
}

at::Tensor empty_in_order_of(const at::Tensor& like, at::IntArrayRef sizes, at::ScalarType type) {
  const auto options = like.options().dtype(type);
  if (like.is_contiguous()) return at::empty(sizes, options);
  if (like.dim() == 3 && is_channels_last(like)) {
    return at::empty({sizes[0], sizes[1], 1, sizes[2]}, options, at::MemoryFormat::ChannelsLast).squeeze(2);
  }
  if (is_channels_last(like)) return at::empty(sizes, options, at::MemoryFormat::ChannelsLast);
  return at::empty_strided(sizes, like.strides(), options);
}

at::Tensor in_order_of(const at::Tensor& values, const at::Tensor& like, at::ScalarType type) {
  if (values.strides() == like.strides() && values.scalar_type() == type) return values;
  return empty_in_order_of(like, values.sizes(), type).copy_(values);
}

}  // namespace qualia_snn
