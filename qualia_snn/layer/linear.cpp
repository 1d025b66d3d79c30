#include "qualia_snn/layer/linear.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {

Linear::Linear(std::int64_t in_features, std::int64_t out_features) {
  weight = register_parameter("weight", at::empty({out_features, in_features}));
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
  bias = register_parameter("bias", at::empty({out_features}));
  const double bound = in_features > 0 ? 1.0 / std::sqrt(static_cast<double>(in_features)) : 0.0;
  torch::nn::init::uniform_(bias, -bound, bound);
}

Sequence Linear::forward(const Sequence& input) { return input.with(at::linear(input.x, weight, bias)); }

Shape Linear::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  QUALIA_SNN_CHECK(in.size() == 1 && in[0] == weight.size(1), ShapeError, "takes ", weight.size(1), " features, gets ",
                   at::IntArrayRef(in));
  return {weight.size(0)};
}

std::int64_t Linear::multiply_accumulates(const std::vector<Shape>&, const Shape&) const { return weight.numel(); }

}  // namespace qualia_snn::layer
