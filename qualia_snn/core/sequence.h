#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// How a tensor is computed again, without gradients and to the same bits, from tensors that are kept anyway.
struct Recipe {
  std::vector<at::Tensor> from;
  std::function<at::Tensor(at::TensorList from)> compute;
};

/// A batch over time, as it travels between layers.
///
/// `x` is [T*N, C, ...], time-major: time and batch are merged once at the entrance of a model, so stateless layers see
/// an ordinary batch. One-dimensional data is [T*N, C, S].
struct QUALIA_SNN_API Sequence {
  at::Tensor x;
  std::int64_t T = 1;     ///< number of time steps, at least 1
  bool repeated = false;  ///< the input is the same at every step: x is [N, C, ...]
  bool complete = false;  ///< no call goes on where this one ends: layers need not keep their state
  bool spikes = false;    ///< every value is 0 or 1: a byte holds what the backward pass needs
  std::shared_ptr<const Recipe> recipe = nullptr;  ///< for the backward pass, in place of x; null: x has to be kept

  /// Returns N, the number of samples.
  std::int64_t batch() const { return repeated ? x.size(0) : x.size(0) / T; }
  /// Returns the same sequence with all T steps in memory.
  Sequence expanded() const;
  /// Returns a sequence of the same time axis around another tensor.
  Sequence with(at::Tensor y) const { return {std::move(y), T, repeated, complete}; }
  /// Returns a sequence of the same time axis around some of the same values.
  Sequence selected(at::Tensor y) const { return {std::move(y), T, repeated, complete, spikes}; }
};

}  // namespace qualia_snn
