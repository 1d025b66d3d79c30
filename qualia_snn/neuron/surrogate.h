#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/any_surrogate.h"

namespace qualia_snn::neuron {

/// The derivative that stands in for that of the step function in the backward pass.
///
/// Its argument u is h - v_threshold for most neurons. A surrogate of your own overrides `backward`; tensor operations
/// then run the neurons that use it.
class QUALIA_SNN_API Surrogate {
 public:
  virtual ~Surrogate();
  /// Returns what a neuron emits: 1 where u >= 0, else 0, so NaN never fires. No gradient passes through it.
  virtual at::Tensor fire(const at::Tensor& u) const;
  /// Returns `grad` times the surrogate derivative at `u`; all of one shape.
  virtual at::Tensor backward(const at::Tensor& grad, const at::Tensor& u) const = 0;
  /// Returns the surrogate as kernels know it, if they do.
  virtual std::optional<AnySurrogate> known() const;
};

/// Returns 1 where u >= 0 and 0 elsewhere, in u's type, without a gradient.
QUALIA_SNN_API at::Tensor heaviside(const at::Tensor& u);

/// Returns what the surrogate fires at `u`, with its gradient.
/// @param surrogate  kept alive until the backward pass is done.
QUALIA_SNN_API at::Tensor spike(const at::Tensor& u, const std::shared_ptr<const Surrogate>& surrogate);

}  // namespace qualia_snn::neuron
