#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/core/api.h"

/// The order in which the axes of a batch lie in memory: contiguous, or channels-last.
namespace qualia_snn {

/// Returns whether channels are the fastest axis: channels-last [N, C, H, W], or what is left of it in [N, C, S].
QUALIA_SNN_API bool is_channels_last(const at::Tensor& x);

/// Returns x itself if it is contiguous or channels-last, else a copy that is one of them.
QUALIA_SNN_API at::Tensor in_known_order(const at::Tensor& x);

/// Returns an uninitialised tensor of given sizes in the memory order of `like`, which has as many axes.
QUALIA_SNN_API at::Tensor empty_in_order_of(const at::Tensor& like, at::IntArrayRef sizes, at::ScalarType type);

/// Returns `values` with the given type in the memory order of `like`, which has the same sizes.
QUALIA_SNN_API at::Tensor in_order_of(const at::Tensor& values, const at::Tensor& like, at::ScalarType type);

}  // namespace qualia_snn
