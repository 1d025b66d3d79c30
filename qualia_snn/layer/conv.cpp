#include "qualia_snn/layer/conv.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>
#include <memory>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/conv_function.h"

namespace qualia_snn::layer {
Conv::Conv(ConvOptions o) : options(std::move(o)) {
  QUALIA_SNN_CHECK(options.in_channels % options.groups == 0 && options.out_channels % options.groups == 0, ShapeError,
                   "convolution from ", options.in_channels, " to ", options.out_channels,
                   " channels is not divisible into ", options.groups, " groups");
  std::vector<std::int64_t> size = {options.out_channels, options.in_channels / options.groups};
  size.insert(size.end(), options.kernel_size.begin(), options.kernel_size.end());
  weight = register_parameter("weight", at::empty(size));
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (options.bias) {
    bias = register_parameter("bias", at::empty({options.out_channels}));
    const auto fan_in = static_cast<double>(weight[0].numel());
    const double bound = 1.0 / std::sqrt(fan_in);
    torch::nn::init::uniform_(bias, -bound, bound);
  }
}

Sequence Conv::forward(const Sequence& input) {
  std::shared_ptr<Recipe> recipe;
  if (recomputed_ && at::GradMode::is_enabled()) recipe = std::make_shared<Recipe>();
  auto output = input.with(convolve(input.x, weight, bias, options, {input.spikes, keeps_ties_}, recipe.get()));
  output.recipe = std::move(recipe);
  return output;
}

Shape Conv::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  const auto axes = options.kernel_size.size();
  QUALIA_SNN_CHECK(in.size() == axes + 1 && in[0] == options.in_channels, ShapeError, "takes ", options.in_channels,
                   " channels and ", axes, " axes, gets ", at::IntArrayRef(in));
  Shape out = {options.out_channels};
  for (std::size_t i = 0; i < axes; ++i) {
    const auto padded = in[i + 1] + 2 * options.padding[i];
    QUALIA_SNN_CHECK(padded >= options.kernel_size[i], ShapeError, "kernel of ", options.kernel_size[i],
                     " is larger than the padded input of ", padded);
    out.push_back((padded - options.kernel_size[i]) / options.stride[i] + 1);
  }
  return out;
}

std::int64_t Conv::multiply_accumulates(const std::vector<Shape>& /*inputs*/, const Shape& output) const {
  auto count = weight[0].numel();  // of one output element
  for (const auto size : output) count *= size;
  return count;
}

std::string Conv::kind() const { return options.kernel_size.size() == 1 ? "Conv1d" : "Conv2d"; }

}  // namespace qualia_snn::layer
