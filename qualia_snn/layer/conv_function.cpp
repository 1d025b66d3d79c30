#include "qualia_snn/layer/conv_function.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/cpu/Utils.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <tuple>
#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/direct_conv.h"
#include "qualia_snn/layer/gemm_conv.h"
#include "qualia_snn/layer/winograd_conv.h"

namespace qualia_snn::layer {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

enum class Way { kLibrary, kDirect, kGemm, kWinograd };

/// Whether oneDNN multiplies numbers of a type on tiles of the CPU (AMX), at 16 times the rate of float: computing them
/// in float does not make up for that, with however few multiplications.
bool has_tiles_for(at::ScalarType type) {
  static const bool has_tiles = at::cpu::init_amx();
  return type == at::kBFloat16 && has_tiles;
}

Way way_of(const at::Tensor& x, const ConvOptions& o) {
  if (!has_tiles_for(x.scalar_type())) {
    if (winograd_conv_takes(x, o)) return Way::kWinograd;
    if (gemm_conv_takes(x, o)) return Way::kGemm;
  }
  return direct_conv_takes(x, o) ? Way::kDirect : Way::kLibrary;
}

void check_fits(const at::Tensor& x, const ConvOptions& o) {
  const auto axes = o.kernel_size.size();
  bool fits = x.dim() == static_cast<std::int64_t>(axes) + 2 && x.size(1) == o.in_channels;
  for (std::size_t i = 0; i < axes && fits; ++i) {
    fits = x.size(static_cast<std::int64_t>(i) + 2) + 2 * o.padding[i] >= o.kernel_size[i];
  }
  QUALIA_SNN_CHECK(fits, ShapeError, "a convolution of ", o.in_channels, " channels with a kernel of ",
                   at::IntArrayRef(o.kernel_size), " and a padding of ", at::IntArrayRef(o.padding),
                   " does not fit an input of ", x.sizes());
}

/// What forward and backward of one call share.
struct ConvCall final : torch::CustomClassHolder {
  ConvOptions options;
  Way way = Way::kLibrary, backward = Way::kLibrary;
  at::ScalarType type = at::kFloat;  ///< of x
  bool keeps_bytes = false;
  at::Tensor kept;  ///< x as it is kept, until the caller of forward has seen it
};

at::Tensor by_library(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const ConvOptions& o) {
  return o.kernel_size.size() == 1 ? at::conv1d(x, weight, bias, o.stride, o.padding, /*dilation=*/1, o.groups)
                                   : at::conv2d(x, weight, bias, o.stride, o.padding, /*dilation=*/1, o.groups);
}

/// Computes a call's result without gradients.
at::Tensor compute(const ConvCall& call, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  switch (call.way) {
    case Way::kWinograd:
      return winograd_conv(x, weight, bias, call.options);
    case Way::kGemm:
      return gemm_conv(x, weight, bias, call.options);
    case Way::kDirect:
      return direct_conv(x, weight, bias, call.options);
    default:
      return by_library(x, weight.to(call.type), bias.defined() ? bias.to(call.type) : bias, call.options);
  }
}

/// Adjoints of x and weight, where they are wanted.
std::pair<at::Tensor, at::Tensor> backward_by_library(const at::Tensor& gy, const at::Tensor& x,
                                                      const at::Tensor& weight, const ConvOptions& o, bool of_x,
                                                      bool of_weight) {
  const std::vector<std::int64_t> ones(o.stride.size(), 1), zeros(o.stride.size(), 0);
  auto [gx, gweight, gbias] =
      at::convolution_backward(gy, x, weight.to(x.scalar_type()), {}, o.stride, o.padding, /*dilation=*/ones,
                               /*transposed=*/false, zeros, o.groups, {of_x, of_weight, false});
  if (of_weight) gweight = gweight.to(weight.scalar_type());
  return {std::move(gx), std::move(gweight)};
}

struct ConvFunction : torch::autograd::Function<ConvFunction> {
  /// Inputs: x, weight and, if there is one, bias.
  static at::Tensor forward(AutogradContext* context, at::TensorList inputs, const c10::intrusive_ptr<ConvCall>& call) {
    // Types are settled: autocast would cast what comes between.
    const c10::impl::ExcludeDispatchKeyGuard guard(c10::DispatchKey::AutocastCPU);
    const auto &x = inputs[0], &weight = inputs[1], bias = inputs.size() > 2 ? inputs[2] : at::Tensor();
    call->kept = call->keeps_bytes ? x.to(at::kByte) : x;
    context->save_for_backward({call->kept, weight});
    context->saved_data["call"] = c10::IValue::make_capsule(call);
    return compute(*call, x, weight, bias);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "the convolution has no second derivative");
    const c10::impl::ExcludeDispatchKeyGuard guard(c10::DispatchKey::AutocastCPU);
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &gy = gradients[0];
    const auto capsule = context->saved_data["call"].toCapsule();
    const auto& call = static_cast<const ConvCall&>(*capsule);
    const auto& o = call.options;
    const bool of_x = context->needs_input_grad(0), of_weight = context->needs_input_grad(1);
    variable_list adjoints(o.bias ? 4 : 3);
    if (call.backward == Way::kLibrary) {
      std::tie(adjoints[0], adjoints[1]) = backward_by_library(gy, x.to(call.type), weight, o, of_x, of_weight);
    } else {
      if (of_x) adjoints[0] = input_adjoint(call, gy, x, weight);
      if (of_weight) adjoints[1] = weight_adjoint(call, gy, x);
    }
    if (o.bias && context->needs_input_grad(2)) {
      std::vector<std::int64_t> axes{0};
      for (std::int64_t i = 2; i < gy.dim(); ++i) axes.push_back(i);
      adjoints[2] = gy.sum(axes, /*keepdim=*/false, weight.scalar_type());
    }
    return adjoints;
  }

 private:
  static at::Tensor input_adjoint(const ConvCall& call, const at::Tensor& gy, const at::Tensor& x,
                                  const at::Tensor& weight) {
    const auto& o = call.options;
    if (call.backward == Way::kWinograd) return winograd_conv_input_adjoint(gy, weight, o);
    if (call.backward == Way::kGemm) return gemm_conv_input_adjoint(gy, weight, o);
    if (direct_conv_takes_backward(o)) return direct_conv_input_adjoint(gy, weight, x.sizes(), o);
    // Its values do not matter, its sizes do.
    return backward_by_library(gy, at::empty_like(x, x.options().dtype(call.type)), weight, o, true, false).first;
  }

  static at::Tensor weight_adjoint(const ConvCall& call, const at::Tensor& gy, const at::Tensor& x) {
    const auto& o = call.options;
    if (call.backward == Way::kWinograd) return winograd_conv_weight_adjoint(gy, x, o);
    return call.backward == Way::kGemm ? gemm_conv_weight_adjoint(gy, x, o) : direct_conv_weight_adjoint(gy, x, o);
  }
};

Recipe recipe_of(const c10::intrusive_ptr<ConvCall>& call, const at::Tensor& kept, const at::Tensor& weight,
                 const at::Tensor& bias) {
  Recipe recipe{{kept.detach(), weight.detach()}, {}};
  if (bias.defined()) recipe.from.push_back(bias.detach());
  recipe.compute = [call](at::TensorList from) {
    const at::NoGradGuard no_grad;
    return compute(*call, from[0].to(call->type), from[1], from.size() > 2 ? from[2] : at::Tensor());
  };
  return recipe;
}

}  // namespace

at::Tensor convolve(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& bias,
                    const ConvOptions& options, const ConvUse& use, Recipe* recipe) {
  check_fits(given, options);
  auto x = given;
  const auto device = given.device().type();
  const bool is_cast = x.scalar_type() != at::kDouble && at::autocast::is_autocast_enabled(device);
  const auto type = is_cast ? at::autocast::get_autocast_dtype(device) : x.scalar_type();
  if (x.is_cpu()) x = x.to(type);
  auto call = c10::make_intrusive<ConvCall>();
  call->backward = way_of(x, options);
  call->way = use.keeps_ties ? Way::kLibrary : call->backward;
  const bool has_gradient = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
  call->keeps_bytes = use.spikes && has_gradient && x.is_cpu();
  call->options = options;
  call->type = type;
  at::Tensor y;
  if (call->backward == Way::kLibrary && !call->keeps_bytes) {
    y = by_library(given, weight, bias, options);
    call->kept = given;
  } else {
    variable_list inputs{x, weight};
    if (bias.defined()) inputs.push_back(bias);
    y = ConvFunction::apply(at::TensorList(inputs), call);
  }
  const auto kept = std::exchange(call->kept, {});
  if (recipe) *recipe = recipe_of(call, kept, weight, bias);
  return y;
}

}  // namespace qualia_snn::layer
