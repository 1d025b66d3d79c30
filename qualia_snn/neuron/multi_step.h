#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/core/sequence.h"
#include "qualia_snn/neuron/cpu_engine.h"
#include "qualia_snn/neuron/cuda_kernels.h"
#include "qualia_snn/neuron/instruction_set.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/spike_counts.h"

namespace qualia_snn::neuron {

/// A neuron as the engine runs it: its options and kernels, whatever its type.
struct EngineNeuron {
  std::string kind;  ///< as the struct's kKind
  std::shared_ptr<const void> neuron;
  std::int64_t bytes = 0;  ///< of the struct
  KernelTable kernels;
  int states = 1, learned = 0;
  std::vector<double> initial;  ///< states before the first step, one number each
  AnySurrogate surrogate;
  bool emits_spikes = true;  ///< false: the output is computed from spikes, potential or learned numbers
  InstructionSet set = instruction_set();
  /// Runs it as a GPU does, thread by thread; on a GPU these are found beside the other kernels. Tests set them for
  /// tensors of the CPU.
  const CudaNeuronKernels* threads = nullptr;
};

/// Returns a neuron struct with the kernels that the build compiled for it.
template <class N>
EngineNeuron engine_neuron(const N& neuron, const AnySurrogate& surrogate) {
  EngineNeuron engine;
  engine.kind = N::kKind;
  engine.neuron = std::make_shared<const N>(neuron);
  engine.bytes = sizeof(N);
  engine.kernels = kernel_table<N>();
  engine.states = N::kStates;
  engine.learned = kLearnedCount<N>;
  engine.surrogate = surrogate;
  for (int k = 0; k < N::kStates; ++k) engine.initial.push_back(neuron.initial(k));
  engine.emits_spikes = !N::kHasOutput;
  return engine;
}

/// How scale and shift of a layer's input came from that input: batch norm in training.
///
/// Gradients pass through them to the input, and to parameters that took part.
class QUALIA_SNN_API InputStatistics {
 public:
  /// Sums over what lies in one channel, [groups, C] in double: of gy, the adjoints of scale * x + shift, and of
  /// gy * (x - center).
  struct Sums {
    at::Tensor gradient, product;
  };

  virtual ~InputStatistics();
  /// Returns the adjoints of x and of `parameters`, given gy, which may be overwritten.
  ///
  /// @param sums  undefined on a GPU, whose kernels do not compute them
  virtual std::vector<at::Tensor> backward(const at::Tensor& x, const at::Tensor& gy, Sums sums) const = 0;

  at::Tensor center;                   ///< [groups, C], in the type that x is computed in
  std::vector<at::Tensor> parameters;  ///< what scale and shift were computed from besides x
};

/// What the same kernels do to the input of a layer of neurons, and to its output.
struct SourceAndSink {
  at::Tensor scale,
      shift;  ///< [C], [1, C] or, per step, [T, C]: x is multiplied and shifted first; undefined: it is not
  /// Where scale and shift depend on x: no gradient goes to them then, but through them.
  std::shared_ptr<const InputStatistics> statistics;
  at::Tensor mask;  ///< [N, ...]: outputs are multiplied; undefined: they are not. Gets no gradient
  Window window;    ///< the output is the maximum over windows of height x width places; 0: no pool
};

/// Inputs of one call of a layer of neurons.
struct MultiStepInput : SourceAndSink {
  at::Tensor x;                          ///< [T*N, ...], time-major
  std::shared_ptr<const Recipe> recipe;  ///< computes x again for the backward pass; null: x is kept
  std::int64_t T = 1;
  bool repeated = false;            ///< every step gets the same: x is [N, ...]
  std::vector<at::Tensor> state;    ///< [N, ...] each, before the first step; empty: the neuron's own
  std::vector<at::Tensor> learned;  ///< one number each
  bool wants_state = true;          ///< return the final state
  bool wants_v_seq = false;
  bool wants_counts = false;
};

/// Results of one call of a layer of neurons.
struct MultiStepOutput {
  at::Tensor output;              ///< [T*N, ...], in x's type and memory order
  std::vector<at::Tensor> state;  ///< [N, ...] each, after the last step; float where x is bfloat16
  at::Tensor v_seq;               ///< [T*N, ...], potential after every step
  at::Tensor counts;              ///< for `read_counts`; undefined if not wanted
};

/// Returns whether the engine runs a neuron on such a tensor: float32, float64 or bfloat16 on a CPU; float32, float16
/// or bfloat16 on a GPU, where the build compiled kernels for it.
QUALIA_SNN_API bool engine_takes(const EngineNeuron& neuron, const at::Tensor& x);

/// Returns whether the engine of x's device pools over such windows.
QUALIA_SNN_API bool engine_pools(const Window& window, const at::Tensor& x);

/// Runs a layer of neurons over all T steps in one call, with gradients to x, states, learned numbers, scale and shift.
///
/// Keeps x or what its recipe wants, mask and the initial state for the backward pass, and on a GPU the states before
/// every eighth step (fourth with pooling). Calls with T = 1 that hand the state on give the spikes of one call with
/// all T.
/// @throws ShapeError  if sizes do not fit each other; DeviceError if a GPU refuses the launch.
QUALIA_SNN_API MultiStepOutput multi_step(const EngineNeuron& neuron, const MultiStepInput& input);

}  // namespace qualia_snn::neuron
