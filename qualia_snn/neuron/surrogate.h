#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "qualia_snn/core/api.h"

namespace qualia_snn::neuron {

/// The derivative that stands in for that of the step function in the backward pass.
///
/// Forward is always the step: a spike where `h - v_threshold >= 0`, so NaN never fires.
class QUALIA_SNN_API Surrogate {
 public:
  virtual ~Surrogate();
  /// Returns `grad` times the surrogate derivative at `x` = h - v_threshold; all of one shape.
  virtual at::Tensor backward(const at::Tensor& grad, const at::Tensor& x) const = 0;
};

/// Returns 1 where x >= 0 and 0 elsewhere, in x's type, without a gradient.
QUALIA_SNN_API at::Tensor heaviside(const at::Tensor& x);

/// Returns the step of `x` with the surrogate's gradient.
/// @param surrogate  kept alive until the backward pass is done.
QUALIA_SNN_API at::Tensor spike(const at::Tensor& x, const std::shared_ptr<const Surrogate>& surrogate);

}  // namespace qualia_snn::neuron
