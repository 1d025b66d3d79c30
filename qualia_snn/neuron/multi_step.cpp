#include "qualia_snn/neuron/multi_step.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"

namespace qualia_snn::neuron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::ScalarType compute_type(const at::Tensor& x) { return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat; }

Storage storage_of(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble  ? Storage::kFloat64
         : x.scalar_type() == at::kFloat ? Storage::kFloat32
                                         : Storage::kBFloat16;
}

/// Returns whether the steps lie one after the other and leave no gaps, in whatever order each is stored.
bool is_time_major(const at::Tensor& x) {
  if (!x.is_non_overlapping_and_dense()) return false;
  return x.size(0) <= 1 || x.numel() == 0 || x.stride(0) * x.size(0) == x.numel();
}

/// Returns x in a form that the engine takes: with channels or places, in one of two known orders.
at::Tensor in_engine_order(const at::Tensor& x, bool needs_places) {
  return !needs_places && is_time_major(x) ? x : in_known_order(x);
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

/// One call, kept from forward to backward.
struct Call final : torch::CustomClassHolder {
  EngineNeuron neuron;
  std::int64_t T = 1;
  std::size_t learned = 0;
  bool has_state = false, has_affine = false;
  int pool_height = 0;
  bool wants_state = true, wants_v_seq = false, wants_counts = false;
  std::optional<SpikeCounts> counts;

  bool needs_places() const { return has_affine || pool_height > 0; }
  std::size_t states() const { return static_cast<std::size_t>(neuron.states); }
  std::size_t inputs() const { return 1 + (has_state ? states() : 0) + learned + (has_affine ? 2 : 0); }
  std::size_t learned_place() const { return 1 + (has_state ? states() : 0); }
};

/// The tensors that a LayerRun points to.
struct BoundLayer {
  LayerRun run;
  std::vector<at::Tensor> kept;

  BoundLayer(const Call& call, at::TensorList inputs) {
    const auto& x = inputs[0];
    run.neuron = call.neuron.neuron.get();
    run.states = call.neuron.states;
    run.surrogate = call.neuron.surrogate;
    run.kernels = &call.neuron.kernels[call.neuron.set];
    run.common = &common_kernels(call.neuron.set);
    run.storage = storage_of(x);
    run.T = call.T;
    run.places = places_of(x, call.T, call.needs_places());
    run.x = x.const_data_ptr();
    const auto type = compute_type(x);
    const auto step = x.narrow(0, 0, x.size(0) / call.T);
    for (std::size_t k = 0; k < call.states(); ++k) {
      run.initial[k] = call.neuron.initial[k];
      if (call.has_state) run.initial_state[k] = keep(in_order_of(inputs[1 + k], step, type));
    }
    run.learned = static_cast<int>(call.learned);
    for (std::size_t p = 0; p < call.learned; ++p) {
      run.learned_values[p] = inputs[call.learned_place() + p].item<double>();
    }
    if (call.has_affine) {
      run.scale = keep(inputs[call.inputs() - 2].to(type).contiguous());
      run.shift = keep(inputs[call.inputs() - 1].to(type).contiguous());
      run.channels = x.size(1);
      run.channel_size = run.places.inner == 1 ? run.places.height * run.places.width : 1;
    }
    run.pool_height = call.pool_height;
  }

  const void* keep(at::Tensor tensor) {
    kept.push_back(std::move(tensor));
    return kept.back().const_data_ptr();
  }
};

std::vector<std::int64_t> output_sizes(const at::Tensor& x, int pool_height) {
  auto sizes = x.sizes().vec();
  if (pool_height == 0) return sizes;
  sizes.back() /= 2;
  if (sizes.size() > 3) sizes[sizes.size() - 2] /= pool_height;
  return sizes;
}

struct MultiStepFunction : torch::autograd::Function<MultiStepFunction> {
  /// Inputs: x, states, learned numbers, scale and shift. Outputs: output, final states, v_seq.
  static variable_list forward(AutogradContext* context, at::TensorList inputs, const c10::intrusive_ptr<Call>& call) {
    const auto& x = inputs[0];
    const auto type = compute_type(x);
    ForwardResults results;
    variable_list outputs{empty_in_order_of(x, output_sizes(x, call->pool_height), x.scalar_type())};
    results.output = outputs[0].mutable_data_ptr();
    if (call->wants_state) {
      for (std::size_t k = 0; k < call->states(); ++k) {
        outputs.push_back(empty_in_order_of(x, step_sizes(x, call->T), type));
        results.final_state[k] = outputs.back().mutable_data_ptr();
      }
    }
    if (call->wants_v_seq) {
      outputs.push_back(empty_in_order_of(x, x.sizes(), type));
      results.v_seq = outputs.back().mutable_data_ptr();
    }
    if (call->wants_counts) results.counts = &call->counts.emplace();
    if (x.numel() > 0) run_forward(BoundLayer(*call, inputs).run, results);

    context->save_for_backward(inputs.vec());
    context->saved_data["call"] = c10::IValue::make_capsule(call);
    context->set_materialize_grads(false);
    const bool has_gradient = call->neuron.surrogate.graded || call->neuron.surrogate.number != kNoGradient;
    if (!has_gradient && call->neuron.emits_spikes) context->mark_non_differentiable({outputs[0]});
    return outputs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "neurons have no second derivative");
    const auto capsule = context->saved_data["call"].toCapsule();
    const auto& call = static_cast<const Call&>(*capsule);
    const auto inputs = context->get_saved_variables();
    const auto& x = inputs[0];
    const auto type = compute_type(x);
    std::vector<at::Tensor> kept;
    const auto bind = [&](const at::Tensor& gradient, const at::Tensor& like, at::ScalarType as) -> const void* {
      if (!gradient.defined()) return nullptr;
      kept.push_back(in_order_of(gradient, like, as));
      return kept.back().const_data_ptr();
    };
    const auto step = x.narrow(0, 0, x.size(0) / call.T);
    BackwardResults results;
    const auto output_like =
        call.pool_height == 0 ? x : empty_in_order_of(x, output_sizes(x, call.pool_height), x.scalar_type());
    results.goutput = bind(gradients[0], output_like, x.scalar_type());
    std::size_t next = 1;
    if (call.wants_state) {
      for (std::size_t k = 0; k < call.states(); ++k) results.gfinal_state[k] = bind(gradients[next++], step, type);
    }
    if (call.wants_v_seq) results.gv_seq = bind(gradients[next++], x, type);

    variable_list out(call.inputs() + 1);  // and none for the call
    out[0] = empty_in_order_of(x, x.sizes(), x.scalar_type());
    results.gx = out[0].mutable_data_ptr();
    if (call.has_state) {
      for (std::size_t k = 0; k < call.states(); ++k) {
        out[1 + k] = empty_in_order_of(x, step_sizes(x, call.T), type);
        results.ginitial_state[k] = out[1 + k].mutable_data_ptr();
      }
    }
    std::vector<double> gscale(call.has_affine ? x.size(1) : 0), gshift(gscale.size());
    results.gscale = gscale.data();
    results.gshift = gshift.data();
    if (x.numel() > 0) run_backward(BoundLayer(call, inputs).run, results);

    for (std::size_t p = 0; p < call.learned; ++p) {
      const auto& parameter = inputs[call.learned_place() + p];
      out[call.learned_place() + p] = at::full_like(parameter, results.glearned[p]);
    }
    if (call.has_affine) {
      out[call.inputs() - 2] = at::tensor(gscale, at::kDouble).to(inputs[call.inputs() - 2].scalar_type());
      out[call.inputs() - 1] = at::tensor(gshift, at::kDouble).to(inputs[call.inputs() - 1].scalar_type());
    }
    return out;
  }
};

void check(const EngineNeuron& neuron, const MultiStepInput& input) {
  const auto& x = input.x;
  QUALIA_SNN_CHECK(input.T >= 1 && x.dim() >= 1 && x.size(0) % input.T == 0, ShapeError, "an input of size ", x.sizes(),
                   " is not T = ", input.T, " steps of one batch");
  QUALIA_SNN_CHECK(input.state.empty() || input.state.size() == static_cast<std::size_t>(neuron.states), ShapeError,
                   input.state.size(), " states were given, the neuron has ", neuron.states);
  for (const auto& state : input.state) {
    QUALIA_SNN_CHECK(state.sizes() == at::IntArrayRef(step_sizes(x, input.T)), ShapeError, "a state of size ",
                     state.sizes(), " does not fit an input of ", x.sizes(), " with T = ", input.T);
  }
  if (input.scale.defined()) {
    QUALIA_SNN_CHECK(x.dim() >= 2 && x.dim() <= 4 && input.scale.sizes() == at::IntArrayRef({x.size(1)}) &&
                         input.shift.sizes() == input.scale.sizes(),
                     ShapeError, "scale ", input.scale.sizes(), " and shift do not fit the channels of ", x.sizes());
  }
  QUALIA_SNN_CHECK(input.pool_height == 0 || (x.dim() == 3 && input.pool_height == 1) || x.dim() == 4, ShapeError,
                   "pooling over ", input.pool_height, " x 2 places does not fit an input of ", x.sizes());
}

}  // namespace

bool engine_takes(const at::Tensor& x) {
  return x.is_cpu() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble || x.scalar_type() == at::kBFloat16);
}

MultiStepOutput multi_step(const EngineNeuron& neuron, const MultiStepInput& input) {
  check(neuron, input);
  auto call = c10::make_intrusive<Call>();
  call->neuron = neuron;
  call->T = input.T;
  call->learned = input.learned.size();
  call->has_state = !input.state.empty();
  call->has_affine = input.scale.defined();
  call->pool_height = input.pool_height;
  call->wants_state = input.wants_state;
  call->wants_v_seq = input.wants_v_seq;
  call->wants_counts = input.wants_counts;

  variable_list inputs{in_engine_order(input.x, call->needs_places())};
  inputs.insert(inputs.end(), input.state.begin(), input.state.end());
  inputs.insert(inputs.end(), input.learned.begin(), input.learned.end());
  if (call->has_affine) inputs.insert(inputs.end(), {input.scale, input.shift});
  auto outputs = MultiStepFunction::apply(at::TensorList(inputs), call);

  MultiStepOutput result;
  result.output = std::move(outputs[0]);
  std::size_t next = 1;
  if (input.wants_state) {
    result.state.assign(outputs.begin() + 1, outputs.begin() + 1 + neuron.states);
    next += static_cast<std::size_t>(neuron.states);
  }
  if (input.wants_v_seq) result.v_seq = outputs[next];
  result.counts = call->counts;
  return result;
}

}  // namespace qualia_snn::neuron
