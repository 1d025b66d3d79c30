#include "qualia_snn/neuron/multi_step.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"
#include "qualia_snn/neuron/cuda_library.h"
#include "qualia_snn/neuron/multi_step_call.h"

namespace qualia_snn::neuron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Storage storage_of(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble  ? Storage::kFloat64
         : x.scalar_type() == at::kFloat ? Storage::kFloat32
         : x.scalar_type() == at::kHalf  ? Storage::kFloat16
                                         : Storage::kBFloat16;
}

/// Returns whether the steps lie one after the other and leave no gaps, in whatever order each is stored.
bool is_time_major(const at::Tensor& x) {
  if (!x.is_non_overlapping_and_dense()) return false;
  return x.size(0) <= 1 || x.numel() == 0 || x.stride(0) * x.size(0) == x.numel();
}

/// Returns x in a form that the engine takes: with channels or places, in one of two known orders.
///
/// @param repeated  x is one step: its first stride has to tell where further steps would be
at::Tensor in_engine_order(const at::Tensor& x, bool needs_places, bool repeated) {
  const bool has_steps = !repeated || x.size(0) > 1;
  return !needs_places && has_steps && is_time_major(x) ? x : in_known_order(x);
}

std::vector<std::int64_t> step_sizes(const at::Tensor& x, std::int64_t T) {
  auto sizes = x.sizes().vec();
  sizes[0] /= T;
  return sizes;
}

Places places_of(const at::Tensor& x, std::int64_t T, bool needs_places) {
  if (!needs_places) return {1, 1, x.numel() / T, 1};
  const auto N = x.size(0) / T, C = x.size(1);
  const auto W = x.dim() > 2 ? x.size(-1) : 1, H = x.dim() > 3 ? x.size(2) : 1;
  if (is_channels_last(x) && !x.is_contiguous()) return {N, H, W, C};
  return {N * C, H, W, 1};
}

/// Returns an output without values, in the order of x.
at::Tensor empty_output(const MultiStepCall& call, const at::Tensor& x) {
  auto sizes = x.sizes().vec();
  sizes[0] *= call.T / call.stored_steps();
  if (call.window.pools()) {
    sizes.back() /= call.window.width;
    if (sizes.size() > 3) sizes[2] /= call.window.height;
  }
  return empty_in_order_of(x, sizes, x.scalar_type());
}

/// Returns one step of x.
at::Tensor one_step(const MultiStepCall& call, const at::Tensor& x) {
  return x.narrow(0, 0, x.size(0) / call.stored_steps());
}

/// Returns a tensor for every state, in the order of x.
std::vector<at::Tensor> empty_states(const MultiStepCall& call, const at::Tensor& x) {
  std::vector<at::Tensor> states;
  for (std::size_t k = 0; k < call.states(); ++k) {
    states.push_back(empty_in_order_of(x, step_sizes(x, call.stored_steps()), compute_type(x)));
  }
  return states;
}

struct MultiStepFunction : torch::autograd::Function<MultiStepFunction> {
  /// Inputs: those of a MultiStepCall. Outputs: output, final states, v_seq, counts.
  static variable_list forward(AutogradContext* context, at::TensorList inputs,
                               const c10::intrusive_ptr<MultiStepCall>& call) {
    const auto& x = inputs[0];
    ForwardTensors results;
    results.output = empty_output(*call, x);
    if (call->wants_state) results.final_state = empty_states(*call, x);
    if (call->wants_v_seq) {
      auto sizes = x.sizes().vec();
      sizes[0] *= call->T / call->stored_steps();
      results.v_seq = empty_in_order_of(x, sizes, compute_type(x));
    }
    (call->neuron.threads ? forward_on_cuda : forward_on_cpu)(*call, inputs, results);

    auto kept = inputs.vec();
    const auto recipe = std::exchange(call->recipe, nullptr);
    kept.push_back(results.checkpoints);
    if (recipe) {
      kept[0] = at::Tensor();
      kept.insert(kept.end(), recipe->from.begin(), recipe->from.end());
    }
    context->save_for_backward(kept);
    context->saved_data["call"] = c10::IValue::make_capsule(call);
    context->set_materialize_grads(false);
    variable_list outputs{results.output}, without_gradient;
    outputs.insert(outputs.end(), results.final_state.begin(), results.final_state.end());
    if (call->wants_v_seq) outputs.push_back(results.v_seq);
    if (call->wants_counts) {
      outputs.push_back(results.counts);
      without_gradient.push_back(results.counts);
    }
    const bool has_gradient = call->neuron.surrogate.graded || call->neuron.surrogate.number != kNoGradient;
    if (!has_gradient && call->neuron.emits_spikes) without_gradient.push_back(results.output);
    context->mark_non_differentiable(without_gradient);
    return outputs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "neurons have no second derivative");
    const auto capsule = context->saved_data["call"].toCapsule();
    const auto& call = static_cast<const MultiStepCall&>(*capsule);
    auto inputs = context->get_saved_variables();
    if (call.recompute) {
      const auto first = inputs.size() - call.recipe_inputs;
      inputs[0] = call.recompute(at::TensorList(inputs).slice(first));
      inputs.resize(first);
    }
    BackwardTensors adjoints;
    adjoints.checkpoints = inputs.back();
    inputs.pop_back();
    // Checkpoints follow the order of x, which hooks on saved tensors may have changed.
    if (inputs[0].strides() != call.strides) {
      inputs[0] = at::empty_strided(inputs[0].sizes(), call.strides, inputs[0].options()).copy_(inputs[0]);
    }
    const auto& x = inputs[0];
    const auto type = compute_type(x);
    const auto in_order = [](const at::Tensor& gradient, const at::Tensor& like, at::ScalarType as) {
      return gradient.defined() ? in_order_of(gradient, like, as) : at::Tensor();
    };
    const auto step = one_step(call, x);
    adjoints.goutput = in_order(gradients[0], empty_output(call, x), x.scalar_type());
    std::size_t next = 1;
    for (std::size_t k = 0; call.wants_state && k < call.states(); ++k) {
      adjoints.gfinal_state.push_back(in_order(gradients[next++], step, type));
    }
    if (call.wants_v_seq) {
      const auto& given = gradients[next++];
      if (given.defined()) adjoints.gv_seq = in_order(given, empty_in_order_of(x, given.sizes(), type), type);
    }
    adjoints.gx = empty_in_order_of(x, x.sizes(), x.scalar_type());
    if (call.has_state) adjoints.ginitial_state = empty_states(call, x);
    (call.neuron.threads ? backward_on_cuda : backward_on_cpu)(call, inputs, adjoints);

    variable_list out{adjoints.gx};
    out.insert(out.end(), adjoints.ginitial_state.begin(), adjoints.ginitial_state.end());
    out.insert(out.end(), adjoints.glearned.begin(), adjoints.glearned.end());
    if (call.statistics) {
      const auto passed_on = call.statistics->backward(x, adjoints.gx, {adjoints.gshift, adjoints.gscale});
      out[0] = passed_on[0];
      out.resize(call.mask_place() + (call.has_mask ? 1 : 0));  // none of scale and shift
      out.insert(out.end(), passed_on.begin() + 1, passed_on.end());
    } else if (call.has_affine) {
      const auto& scale = inputs[call.affine_place()];
      out.push_back(adjoints.gscale.view(scale.sizes()).to(scale.scalar_type()));
      out.push_back(adjoints.gshift.view(scale.sizes()).to(inputs[call.affine_place() + 1].scalar_type()));
    }
    out.resize(inputs.size() + 1);  // none of the mask and of the call
    return out;
  }
};

void check(const EngineNeuron& neuron, const MultiStepInput& input) {
  const auto& x = input.x;
  const bool is_single = x.is_floating_point() && x.scalar_type() != at::kDouble;
  QUALIA_SNN_CHECK(neuron.threads ? is_single : engine_takes(neuron, x), DeviceError, neuron.kind, ": no kernels for ",
                   x.scalar_type(), " on ", x.device());
  const auto steps = input.repeated ? 1 : input.T;
  QUALIA_SNN_CHECK(input.T >= 1 && x.dim() >= 1 && x.size(0) % steps == 0, ShapeError, "an input of size ", x.sizes(),
                   " is not T = ", input.T, " steps of one batch");
  QUALIA_SNN_CHECK(input.state.empty() || input.state.size() == static_cast<std::size_t>(neuron.states), ShapeError,
                   input.state.size(), " states were given, the neuron has ", neuron.states);
  const auto is_beside_x = [&x](const at::Tensor& tensor, const char* what) {
    QUALIA_SNN_CHECK(tensor.device() == x.device(), DeviceError, what, " on ", tensor.device(), ", the input on ",
                     x.device());
  };
  QUALIA_SNN_CHECK(input.learned.size() == static_cast<std::size_t>(neuron.learned), ShapeError, neuron.kind, ": has ",
                   neuron.learned, " learned numbers, gets ", input.learned.size());
  for (const auto& number : input.learned) {
    QUALIA_SNN_CHECK(number.numel() == 1, ShapeError, neuron.kind, ": a learned number has size ", number.sizes());
  }
  const auto is_one_step = [&](const at::Tensor& tensor, const char* what) {
    QUALIA_SNN_CHECK(tensor.sizes() == at::IntArrayRef(step_sizes(x, steps)), ShapeError, what, " of size ",
                     tensor.sizes(), " does not fit an input of ", x.sizes(), " with T = ", input.T);
  };
  for (const auto& state : input.state) {
    is_beside_x(state, "a state is");
    is_one_step(state, "a state");
  }
  if (input.mask.defined()) {
    is_beside_x(input.mask, "the mask is");
    is_one_step(input.mask, "a mask");
  }
  if (input.scale.defined()) {
    is_beside_x(input.scale, "scale is");
    is_beside_x(input.shift, "shift is");
    const auto& scale = input.scale;
    const bool of_all_steps = scale.dim() == 1 || (scale.dim() == 2 && scale.size(0) == 1);
    const bool per_step = scale.dim() == 2 && scale.size(0) == input.T && !input.repeated;
    QUALIA_SNN_CHECK(x.dim() >= 2 && x.dim() <= 4 && (of_all_steps || per_step) && scale.size(-1) == x.size(1) &&
                         input.shift.sizes() == scale.sizes(),
                     ShapeError, "scale ", scale.sizes(), " and shift do not fit the channels of ", x.sizes(),
                     " with T = ", input.T);
  }
  const auto& window = input.window;
  const bool fits = x.dim() == 4 ? window.height >= 1 : x.dim() == 3 && window.height == 1;
  QUALIA_SNN_CHECK(!window.pools() || (fits && window.width >= 1 && engine_pools(window, x)), ShapeError,
                   "pooling over ", window.height, " x ", window.width, " places does not fit an input of ", x.sizes(),
                   " on ", x.device());
}

/// Returns whether autograd will ask for the way back.
bool wants_gradient(const variable_list& inputs) {
  return at::GradMode::is_enabled() &&
         std::any_of(inputs.begin(), inputs.end(), [](const at::Tensor& input) { return input.requires_grad(); });
}

}  // namespace

at::ScalarType compute_type(const at::Tensor& x) { return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat; }

BoundTensors::BoundTensors(const MultiStepCall& call, at::TensorList inputs) {
  const auto& x = inputs[0];
  layer.storage = storage_of(x);
  layer.T = call.T;
  layer.places = places_of(x, call.stored_steps(), call.needs_places());
  layer.x = x.const_data_ptr();
  layer.repeated = call.repeated;
  const auto type = compute_type(x);
  const auto step = one_step(call, x);
  for (std::size_t k = 0; call.has_state && k < call.states(); ++k) {
    layer.initial_state[k] = keep(in_order_of(inputs[1 + k], step, type));
  }
  if (call.has_affine) {
    const auto& scale = inputs[call.affine_place()];
    layer.scale = keep(scale.to(type).contiguous());
    layer.shift = keep(inputs[call.affine_place() + 1].to(type).contiguous());
    layer.groups = scale.dim() == 2 ? scale.size(0) : 1;
    layer.channels = x.size(1);
    layer.channel_size = layer.places.inner == 1 ? layer.places.height * layer.places.width : 1;
  }
  if (call.statistics) {
    layer.center = keep(call.statistics->center.to(type).contiguous());
    layer.scales_adjoint = false;
  }
  if (call.has_mask) layer.mask = keep(in_order_of(inputs[call.mask_place()], step, x.scalar_type()));
  layer.window = call.window;
}

const void* BoundTensors::keep(at::Tensor tensor) {
  kept.push_back(std::move(tensor));
  return kept.back().const_data_ptr();
}

bool engine_takes(const EngineNeuron& neuron, const at::Tensor& x) {
  const auto type = x.scalar_type();
  if (x.is_cpu()) return type == at::kFloat || type == at::kDouble || type == at::kBFloat16;
  return x.is_cuda() && (type == at::kFloat || type == at::kHalf || type == at::kBFloat16) && find_cuda_kernels(neuron);
}

bool engine_pools(const Window& window, const at::Tensor& x) {
  const auto places = window.places();
  return x.is_cuda() ? places == 2 || places == 4 : places >= 2 && places <= Window::kMostPlaces;
}

InputStatistics::~InputStatistics() = default;

MultiStepOutput multi_step(const EngineNeuron& neuron, const MultiStepInput& input) {
  check(neuron, input);
  auto call = c10::make_intrusive<MultiStepCall>();
  call->neuron = neuron;
  if (input.x.is_cuda()) call->neuron.threads = find_cuda_kernels(neuron);
  call->T = input.T;
  call->repeated = input.repeated;
  call->learned = input.learned.size();
  call->has_state = !input.state.empty();
  call->has_affine = input.scale.defined();
  call->has_mask = input.mask.defined();
  call->statistics = input.statistics;
  call->window = input.window;
  call->wants_state = input.wants_state;
  call->wants_v_seq = input.wants_v_seq;
  call->wants_counts = input.wants_counts;

  variable_list inputs{in_engine_order(input.x, call->needs_places(), call->repeated)};
  inputs.insert(inputs.end(), input.state.begin(), input.state.end());
  inputs.insert(inputs.end(), input.learned.begin(), input.learned.end());
  if (call->has_affine) inputs.insert(inputs.end(), {input.scale, input.shift});
  if (call->has_mask) inputs.push_back(input.mask);
  if (call->statistics) {
    const auto& parameters = call->statistics->parameters;
    inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  }
  call->strides = inputs[0].strides().vec();
  call->wants_gradient = wants_gradient(inputs);
  if (input.recipe) {
    call->recompute = input.recipe->compute;
    call->recipe_inputs = input.recipe->from.size();
    call->recipe = input.recipe;
  }
  auto outputs = MultiStepFunction::apply(at::TensorList(inputs), call);

  MultiStepOutput result;
  result.output = std::move(outputs[0]);
  std::size_t next = 1;
  if (input.wants_state) {
    result.state.assign(outputs.begin() + 1, outputs.begin() + 1 + neuron.states);
    next += static_cast<std::size_t>(neuron.states);
  }
  if (input.wants_v_seq) result.v_seq = outputs[next++];
  if (input.wants_counts) result.counts = outputs[next];
  return result;
}

}  // namespace qualia_snn::neuron
