#include "qualia_snn/neuron/sigmoid.h"

#include <ATen/ATen.h>

namespace qualia_snn::neuron {

at::Tensor Sigmoid::backward(const at::Tensor& grad, const at::Tensor& x) const {
  const auto s = (x * options_.alpha).sigmoid_();
  return at::sigmoid_backward(grad, s).mul_(options_.alpha);  // ((grad * (1 - s)) * s) * alpha
}

}  // namespace qualia_snn::neuron
