#include <ATen/ATen.h>

#include "qualia_snn/neuron/multi_step_call.h"

namespace qualia_snn::neuron {
namespace {

LayerRun layer_run(const MultiStepCall& call, at::TensorList inputs, const BoundTensors& bound) {
  LayerRun run;
  static_cast<LayerTensors&>(run) = bound.layer;
  run.neuron = call.neuron.neuron.get();
  run.states = call.neuron.states;
  run.surrogate = call.neuron.surrogate;
  run.kernels = &call.neuron.kernels[call.neuron.set];
  run.common = &common_kernels(call.neuron.set);
  for (std::size_t k = 0; k < call.states(); ++k) run.initial[k] = call.neuron.initial[k];
  run.learned = static_cast<int>(call.learned);
  for (std::size_t p = 0; p < call.learned; ++p) {
    run.learned_values[p] = inputs[call.learned_place() + p].item<double>();
  }
  return run;
}

}  // namespace

void forward_on_cpu(const MultiStepCall& call, at::TensorList inputs, ForwardTensors& tensors) {
  const BoundTensors bound(call, inputs);
  ForwardResults results;
  SpikeCounts counts;
  results.output = tensors.output.mutable_data_ptr();
  for (std::size_t k = 0; k < tensors.final_state.size(); ++k) {
    results.final_state[k] = tensors.final_state[k].mutable_data_ptr();
  }
  if (tensors.v_seq.defined()) results.v_seq = tensors.v_seq.mutable_data_ptr();
  if (call.wants_counts) results.counts = &counts;
  if (inputs[0].numel() > 0) run_forward(layer_run(call, inputs, bound), results);
  if (call.wants_counts) tensors.counts = to_tensor(counts);
}

void backward_on_cpu(const MultiStepCall& call, at::TensorList inputs, BackwardTensors& tensors) {
  const BoundTensors bound(call, inputs);
  BackwardResults results;
  const auto memory = [](const at::Tensor& adjoint) { return adjoint.defined() ? adjoint.const_data_ptr() : nullptr; };
  results.goutput = memory(tensors.goutput);
  for (std::size_t k = 0; k < tensors.gfinal_state.size(); ++k) {
    results.gfinal_state[k] = memory(tensors.gfinal_state[k]);
  }
  results.gv_seq = memory(tensors.gv_seq);
  results.gx = tensors.gx.mutable_data_ptr();
  for (std::size_t k = 0; k < tensors.ginitial_state.size(); ++k) {
    results.ginitial_state[k] = tensors.ginitial_state[k].mutable_data_ptr();
  }
  if (call.has_affine) {
    tensors.gscale = at::zeros({bound.layer.groups, bound.layer.channels}, at::kDouble);
    tensors.gshift = at::zeros_like(tensors.gscale);
    results.gscale = tensors.gscale.mutable_data_ptr<double>();
    results.gshift = tensors.gshift.mutable_data_ptr<double>();
  }
  if (inputs[0].numel() > 0) run_backward(layer_run(call, inputs, bound), results);
  for (std::size_t p = 0; p < call.learned; ++p) {
    tensors.glearned.push_back(at::full_like(inputs[call.learned_place() + p], results.glearned[p]));
  }
}

}  // namespace qualia_snn::neuron
