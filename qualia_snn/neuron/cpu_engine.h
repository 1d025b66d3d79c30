#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/row_kernels.h"

/// Runs a layer of neurons over all time steps on the CPU: blocks of neurons, threads, sources, sinks and sums.
namespace qualia_snn::neuron {

/// How values are stored; bfloat16 is computed in float.
enum class Storage { kFloat32, kFloat64, kBFloat16 };

/// How the neurons of one time step lie in memory: [outer, height, width, inner], the last fastest.
///
/// Channels-first images are [N*C, H, W, 1], channels-last ones [N, H, W, C]; where neither channels nor places matter,
/// [1, 1, neurons, 1].
struct Places {
  std::int64_t outer = 1, height = 1, width = 1, inner = 1;
  std::int64_t size() const { return outer * height * width * inner; }
};

/// Statistics of one call, over all neurons and steps.
struct SpikeCounts {
  std::int64_t neurons = 0;    ///< of the layer, with the batch
  std::int64_t spikes = 0;     ///< outputs that are not 0
  std::int64_t silent = 0;     ///< neurons without a spike
  std::int64_t always_on = 0;  ///< neurons with a spike at every step
  bool binary_input = true;    ///< whether every input was 0 or 1
};

/// A layer of neurons and its input: what forward and backward share.
struct LayerRun {
  const void* neuron = nullptr;  ///< the neuron struct
  int states = 1, learned = 0;
  double initial[kMaxStates] = {};  ///< states before the first step, where no tensor gives them
  double learned_values[kMaxLearned] = {};
  AnySurrogate surrogate;
  const NeuronKernels* kernels = nullptr;
  const InstructionSetKernels* common = nullptr;

  Storage storage = Storage::kFloat32;
  std::int64_t T = 1;
  Places places;                               ///< of one step
  const void* x = nullptr;                     ///< inputs, T times `places`
  const void* initial_state[kMaxStates] = {};  ///< one step each, float or double; null: `initial`

  /// Source: x is multiplied and shifted per channel before the neuron sees it; null: it is not. Float or double.
  const void *scale = nullptr, *shift = nullptr;
  std::int64_t channels = 1;
  std::int64_t channel_size = 1;  ///< consecutive values of one channel

  /// Sink: maxima over windows of pool_height x 2 places are stored; 0: spikes are.
  int pool_height = 0;
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
  double *gscale = nullptr, *gshift = nullptr;  ///< [channels]
};

/// Runs all T steps. Results do not depend on the number of threads.
QUALIA_SNN_API void run_forward(const LayerRun& layer, const ForwardResults& results);

/// Runs all T steps backward, after replaying them: only inputs and initial states have to be kept.
QUALIA_SNN_API void run_backward(const LayerRun& layer, BackwardResults& results);

}  // namespace qualia_snn::neuron
