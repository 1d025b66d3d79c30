#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <vector>

#include "qualia_snn/neuron/multi_step.h"

/// One call of `multi_step` on its way from autograd to the engine of a device. Not for other sources.
namespace qualia_snn::neuron {

/// What a call is, kept from forward to backward.
///
/// Its tensors travel as one list: x, states, learned numbers, scale and shift.
struct MultiStepCall final : torch::CustomClassHolder {
  EngineNeuron neuron;
  std::int64_t T = 1;
  std::vector<std::int64_t> strides;  ///< of x
  std::size_t learned = 0;
  bool has_state = false, has_affine = false;
  int pool_height = 0;
  bool wants_state = true, wants_v_seq = false, wants_counts = false;
  bool wants_gradient = false;

  bool needs_places() const { return has_affine || pool_height > 0; }
  std::size_t states() const { return static_cast<std::size_t>(neuron.states); }
  std::size_t inputs() const { return learned_place() + learned + (has_affine ? 2 : 0); }
  std::size_t learned_place() const { return 1 + (has_state ? states() : 0); }
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
  at::Tensor gscale, gshift;
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
