#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <vector>

#include "qualia_snn/neuron/multi_step.h"

/// One call of `multi_step` on its way from autograd to the engine of a device. Not for other sources.
namespace qualia_snn::neuron {

/// What a call is, kept from forward to backward.
///
/// Its tensors travel as one list: x, states, learned numbers, scale and shift, mask, parameters of the statistics.
struct MultiStepCall final : torch::CustomClassHolder {
  EngineNeuron neuron;
  std::int64_t T = 1;
  std::vector<std::int64_t> strides;  ///< of x
  /// Computes x again from the last `recipe_inputs` of what is saved; empty: x is saved. The tensors are with autograd
  /// alone, which lets them go layer by layer.
  std::function<at::Tensor(at::TensorList)> recompute;
  std::size_t recipe_inputs = 0;
  std::shared_ptr<const Recipe> recipe;  ///< until forward has saved what it computes from
  std::size_t learned = 0;
  bool repeated = false;
  bool has_state = false, has_affine = false, has_mask = false;
  std::shared_ptr<const InputStatistics> statistics;
  Window window;
  bool wants_state = true, wants_v_seq = false, wants_counts = false;
  bool wants_gradient = false;

  bool needs_places() const { return has_affine || window.pools(); }
  std::size_t states() const { return static_cast<std::size_t>(neuron.states); }
  std::size_t learned_place() const { return 1 + (has_state ? states() : 0); }
  std::size_t affine_place() const { return learned_place() + learned; }
  std::size_t mask_place() const { return affine_place() + (has_affine ? 2 : 0); }
  /// Steps that x has in memory.
  std::int64_t stored_steps() const { return repeated ? 1 : T; }
};

/// Results of the way forward, allocated where they are wanted.
struct ForwardTensors {
  at::Tensor output;
  std::vector<at::Tensor> final_state;
  at::Tensor v_seq;
  at::Tensor checkpoints;  ///< set by the engine if the way back wants any
  at::Tensor counts;       ///< set by the engine if wanted
};

/// Adjoints of the results, in the memory order of these and undefined where zero; and those of the inputs.
struct BackwardTensors {
  at::Tensor goutput;
  std::vector<at::Tensor> gfinal_state;
  at::Tensor gv_seq, checkpoints;

  at::Tensor gx;
  std::vector<at::Tensor> ginitial_state;  ///< allocated where wanted, as gx
  std::vector<at::Tensor> glearned;        ///< set by the engine, as are those below
  at::Tensor gscale, gshift;               ///< [groups, C]
};

/// Returns the type that x is computed in: double or float.
at::ScalarType compute_type(const at::Tensor& x);

/// A layer's memory, and the tensors that hold it.
struct BoundTensors {
  LayerTensors layer;
  std::vector<at::Tensor> kept;

  BoundTensors(const MultiStepCall& call, at::TensorList inputs);
  const void* keep(at::Tensor tensor);
};

void forward_on_cpu(const MultiStepCall& call, at::TensorList inputs, ForwardTensors& results);
void backward_on_cpu(const MultiStepCall& call, at::TensorList inputs, BackwardTensors& results);
void forward_on_cuda(const MultiStepCall& call, at::TensorList inputs, ForwardTensors& results);
void backward_on_cuda(const MultiStepCall& call, at::TensorList inputs, BackwardTensors& results);

}  // namespace qualia_snn::neuron
