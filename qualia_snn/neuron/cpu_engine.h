#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/layer_tensors.h"
#include "qualia_snn/neuron/row_kernels.h"
#include "qualia_snn/neuron/spike_counts.h"

/// Runs a layer of neurons over all time steps on the CPU: blocks of neurons, threads, sources, sinks and sums.
namespace qualia_snn::neuron {

/// A layer of neurons and its input: what forward and backward share.
struct LayerRun : LayerTensors {
  const void* neuron = nullptr;  ///< the neuron struct
  int states = 1, learned = 0;
  double initial[kMaxStates] = {};  ///< states before the first step, where no tensor gives them
  double learned_values[kMaxLearned] = {};
  AnySurrogate surrogate;
  const NeuronKernels* kernels = nullptr;
  const InstructionSetKernels* common = nullptr;
};

/// Where the results of a forward run go; null: not wanted.
struct ForwardResults {
  void* output = nullptr;              ///< in the layer's storage
  void* final_state[kMaxStates] = {};  ///< one step each, float or double
  void* v_seq = nullptr;               ///< potential after every step, float or double
  SpikeCounts* counts = nullptr;
};

/// Adjoints of the results, and where those of the inputs go.
struct BackwardResults {
  const void* goutput = nullptr;              ///< in the layer's storage; null: zero
  const void* gfinal_state[kMaxStates] = {};  ///< null: zero
  const void* gv_seq = nullptr;               ///< null: zero
  void* gx = nullptr;                         ///< in the layer's storage
  void* ginitial_state[kMaxStates] = {};      ///< null: not wanted
  double glearned[kMaxLearned] = {};
  double *gscale = nullptr, *gshift = nullptr;  ///< [groups, channels]
};

/// Runs all T steps. Results do not depend on the number of threads.
QUALIA_SNN_API void run_forward(const LayerRun& layer, const ForwardResults& results);

/// Runs all T steps backward, after replaying them: only inputs and initial states have to be kept.
QUALIA_SNN_API void run_backward(const LayerRun& layer, BackwardResults& results);

}  // namespace qualia_snn::neuron
