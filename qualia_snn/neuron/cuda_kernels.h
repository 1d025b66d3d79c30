#pragma once

#include <cstdint>

#include "qualia_snn/neuron/any_surrogate.h"
#include "qualia_snn/neuron/layer_tensors.h"

/// What a neuron is compiled to for GPUs, and how the library finds it: plain pointers, no CUDA and no LibTorch header.
///
/// The kernels of a library or program `name` lie beside it in `name_cuda.so`, which links CUDA's runtime only and is
/// opened when a GPU runs one of its neurons. Numbers are float; storage may be float, float16 or bfloat16.
namespace qualia_snn::neuron {

/// Steps that a thread holds in registers; of longer sequences the way forward writes the states down in between.
QUALIA_SNN_INLINE constexpr std::int64_t checkpoint_steps(bool pools) { return pools ? 4 : 8; }

/// Returns how many times the states are written down.
QUALIA_SNN_INLINE constexpr std::int64_t checkpoint_count(std::int64_t T, bool pools) {
  return (T - 1) / checkpoint_steps(pools);
}

/// A layer on a GPU: what forward and backward share.
struct CudaLayer : LayerTensors {
  AnySurrogate surrogate;
  const float* learned[kMaxLearned] = {};
  /// Whether inputs are asked for long before they are used: few neurons with many steps wait for memory otherwise.
  bool reads_ahead = false;
};

/// Where the results of the way forward go; null: not wanted.
struct CudaForward {
  void* output = nullptr;               ///< in the layer's storage
  float* final_state[kMaxStates] = {};  ///< one step each
  float* v_seq = nullptr;               ///< potential after every step
  float* checkpoints = nullptr;         ///< [checkpoint_count, states, neurons]: states before later steps
  std::int32_t* spikes = nullptr;       ///< [neurons]: outputs that are not 0
  bool* other_input = nullptr;          ///< [neurons]: whether an input was neither 0 nor 1; with `spikes`
};

/// Adjoints of the results, and where those of the inputs go.
struct CudaBackward {
  const void* goutput = nullptr;               ///< in the layer's storage; null: zero
  const float* gfinal_state[kMaxStates] = {};  ///< null: zero
  const float* gv_seq = nullptr;               ///< null: zero
  const float* checkpoints = nullptr;          ///< what the way forward wrote
  void* gx = nullptr;                          ///< in the layer's storage
  float* ginitial_state[kMaxStates] = {};      ///< null: not wanted
  float *gscale = nullptr, *gshift = nullptr;  ///< [groups, neurons]: to be added up per channel; null: not wanted
  float* glearned = nullptr;                   ///< [learned, warps]: to be added up
};

/// Returns the threads that run a layer: one per neuron, or per window of the sink.
QUALIA_SNN_INLINE constexpr std::int64_t cuda_threads(const Places& places, const Window& window) {
  if (!window.pools()) return places.outer * places.height * places.width * places.inner;
  const auto rows = (places.height + window.height - 1) / window.height;
  const auto columns = (places.width + window.width - 1) / window.width;
  return places.outer * rows * columns * places.inner;
}

/// Threads that add up their learned numbers' adjoints at once.
inline constexpr std::int64_t kWarp = 32;

/// Launches a kernel on a stream of the current device; returns null, or what the runtime says went wrong.
template <class Results>
using CudaLaunchFunction = const char* (*)(const void* neuron, const CudaLayer& layer, const Results& results,
                                           void* stream);

/// The functions of one neuron.
struct CudaNeuronKernels {
  const char* kind;    ///< as the struct's kKind
  std::int64_t bytes;  ///< of the struct
  CudaLaunchFunction<CudaForward> forward;
  CudaLaunchFunction<CudaBackward> backward;
};

/// Returns the functions of neuron N, defined by its CUDA source (CMake's qualia_snn_add_neuron).
template <class N>
const CudaNeuronKernels& cuda_neuron_kernels();

/// All neurons of a `_cuda.so`.
struct CudaNeurons {
  const char* build_tag;  ///< kBuildTag of the build
  const CudaNeuronKernels* const* neurons;
  std::int64_t count;
};

/// Type of the entry point of a `_cuda.so`, and its name.
using CudaNeuronsEntry = const CudaNeurons* (*)();
inline constexpr const char* kCudaNeuronsEntry = "qualia_snn_cuda_neurons";

}  // namespace qualia_snn::neuron
