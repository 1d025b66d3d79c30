#include "qualia_snn/neuron/atan.h"

#include <ATen/ATen.h>

#include <numbers>

namespace qualia_snn::neuron {

at::Tensor ATan::backward(const at::Tensor& grad, const at::Tensor& x) const {
  const double half = options_.alpha / 2;
  const auto u = x * (std::numbers::pi * half);
  // A scalar over a tensor is the tensor's reciprocal times the scalar, as in Python.
  return (u * u).add_(1.).reciprocal_().mul_(half).mul_(grad);
}

}  // namespace qualia_snn::neuron
