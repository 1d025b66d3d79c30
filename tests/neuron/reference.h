#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "qualia_snn/neuron/neuron_layer.h"

/// What the tests of the neuron engine compare it with.
namespace qualia_snn::neuron {

/// A surrogate that the kernels do not know: tensor operations run its neurons, which makes them the reference.
class Unknown final : public Surrogate {
 public:
  explicit Unknown(std::shared_ptr<const Surrogate> inner) : inner_(std::move(inner)) {}
  at::Tensor fire(const at::Tensor& u) const override { return inner_->fire(u); }
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& u) const override { return inner_->backward(grad, u); }

 private:
  std::shared_ptr<const Surrogate> inner_;
};

using SurrogatePtr = std::shared_ptr<const Surrogate>;

template <class S>
SurrogatePtr make_surrogate(const S& surrogate) {
  return std::make_shared<BuiltinSurrogate<S>>(surrogate);
}

/// Returns max|a - b| / max|b|.
inline double deviation(const at::Tensor& a, const at::Tensor& b) {
  if (b.numel() == 0) return 0;
  return (a - b).abs().max().item<double>() / std::max(b.abs().max().item<double>(), 1e-30);
}

/// Returns inputs that make some neurons fire.
inline at::Tensor currents(at::IntArrayRef sizes, at::ScalarType type = at::kFloat) {
  return at::rand(sizes, type) * 1.6 - .2;
}

}  // namespace qualia_snn::neuron
