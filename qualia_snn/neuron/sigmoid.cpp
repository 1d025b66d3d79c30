#include "qualia_snn/neuron/sigmoid.h"

#include <ATen/ATen.h>

namespace qualia_snn::neuron {

at::Tensor Sigmoid::backward(const at::Tensor& grad, const at::Tensor& x) const {
  const auto s = (x * options_.alpha).sigmoid_();
  return (grad * (1. - s)).mul_(s).mul_(options_.alpha);
}

}  // namespace qualia_snn::neuron
