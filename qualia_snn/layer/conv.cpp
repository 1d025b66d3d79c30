#include "qualia_snn/layer/conv.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/init.h>

#include <cmath>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/direct_conv.h"
#include "qualia_snn/layer/gemm_conv.h"

namespace qualia_snn::layer {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct OptionsKeeper final : torch::CustomClassHolder {
  explicit OptionsKeeper(ConvOptions kept) : options(std::move(kept)) {}
  ConvOptions options;
};

at::Tensor input_adjoint_by_library(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& weight,
                                    const ConvOptions& o) {
  const std::vector<std::int64_t> ones(o.stride.size(), 1), zeros(o.stride.size(), 0);
  return std::get<0>(at::convolution_backward(gy, x, weight, {}, o.stride, o.padding, /*dilation=*/ones,
                                              /*transposed=*/false, zeros, o.groups, {true, false, false}));
}

/// How a convolution is computed.
enum class Way { kLibrary, kDirect, kGemm };

Way way_of(const at::Tensor& x, const ConvOptions& o) {
  if (at::autocast::is_autocast_enabled(at::kCPU)) return Way::kLibrary;
  if (gemm_conv_takes(x, o)) return Way::kGemm;
  return direct_conv_takes(x, o) ? Way::kDirect : Way::kLibrary;
}

/// A convolution by our kernels, with LibTorch's backward where they have none.
struct ConvFunction : torch::autograd::Function<ConvFunction> {
  /// Inputs: x, weight and, if there is one, bias.
  static at::Tensor forward(AutogradContext* context, at::TensorList inputs,
                            const c10::intrusive_ptr<OptionsKeeper>& keeper) {
    context->save_for_backward({inputs[0], inputs[1]});
    context->saved_data["options"] = c10::IValue::make_capsule(keeper);
    const auto bias = inputs.size() > 2 ? inputs[2] : at::Tensor();
    const auto& run = way_of(inputs[0], keeper->options) == Way::kGemm ? gemm_conv : direct_conv;
    return run(inputs[0], inputs[1], bias, keeper->options);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "the convolution has no second derivative");
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &gy = gradients[0];
    const auto capsule = context->saved_data["options"].toCapsule();
    const auto& o = static_cast<const OptionsKeeper&>(*capsule).options;
    variable_list adjoints(o.bias ? 4 : 3);
    if (context->needs_input_grad(0)) adjoints[0] = input_adjoint(gy, x, weight, o);
    if (context->needs_input_grad(1)) {
      const bool by_gemm = gemm_conv_takes(x, o);
      adjoints[1] = by_gemm ? gemm_conv_weight_adjoint(gy, x, o) : direct_conv_weight_adjoint(gy, x, o);
    }
    if (o.bias && context->needs_input_grad(2)) adjoints[2] = gy.transpose(0, 1).flatten(1).sum(1);
    return adjoints;
  }

 private:
  static at::Tensor input_adjoint(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& weight,
                                  const ConvOptions& o) {
    if (gemm_conv_takes(x, o)) return gemm_conv_input_adjoint(gy, weight, o);
    if (direct_conv_takes_backward(o)) return direct_conv_input_adjoint(gy, weight, x.sizes(), o);
    return input_adjoint_by_library(gy, x, weight, o);
  }
};

}  // namespace

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
  const auto& o = options;
  if (way_of(input.x, o) != Way::kLibrary) {
    variable_list inputs{input.x, weight};
    if (o.bias) inputs.push_back(bias);
    return input.with(ConvFunction::apply(at::TensorList(inputs), c10::make_intrusive<OptionsKeeper>(o)));
  }
  return input.with(o.kernel_size.size() == 1
                        ? at::conv1d(input.x, weight, bias, o.stride, o.padding, /*dilation=*/1, o.groups)
                        : at::conv2d(input.x, weight, bias, o.stride, o.padding, /*dilation=*/1, o.groups));
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
