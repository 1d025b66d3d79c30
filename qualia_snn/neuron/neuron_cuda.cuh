#pragma once

#include <cuda_runtime_api.h>

#include "qualia_snn/neuron/neuron_thread.h"

/// The CUDA kernels of any neuron and their launches: included only by sources that nvcc compiles.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

inline constexpr int kMostThreads = 128;
/// Blocks that share a multiprocessor: bounds the registers of a thread, which ptxas would spend on less parallelism or
/// spill for more.
template <class Surrogate, int kSize>
inline constexpr int kBlocks = kSize == 4          ? 2
                               : kSize == 2        ? 4
                               : Surrogate::kByRow ? 5
                                                   : 6;

template <class N, class Surrogate, int kSize>
__global__ void __launch_bounds__(kMostThreads, kBlocks<Surrogate, kSize>)
    neuron_forward(const N neuron, const CudaLayer layer, const CudaForward results, const std::int64_t threads) {
  const auto thread = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (thread < threads) NeuronThread<N, Surrogate, kSize>(neuron, layer, thread).forward(results);
}

template <class N, class Surrogate, int kSize>
__global__ void __launch_bounds__(kMostThreads, kBlocks<Surrogate, kSize>)
    neuron_backward(const N neuron, const CudaLayer layer, const CudaBackward results, const std::int64_t threads) {
  const auto thread = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  constexpr int kLearned = kLearnedCount<N>;
  Lane<float> glearned[kLearned + 1];
  for (int p = 0; p < kLearned; ++p) glearned[p] = Lane<float>(0.);
  if (thread < threads) NeuronThread<N, Surrogate, kSize>(neuron, layer, thread).backward(results, glearned);
  // All threads of a warp take part, in an order that nothing changes.
  const auto warps = (threads + kWarp - 1) / kWarp;
  for (int p = 0; p < kLearned; ++p) {
    float sum = glearned[p].v;
    for (int distance = kWarp / 2; distance > 0; distance /= 2) sum += __shfl_down_sync(~0u, sum, distance);
    if (threadIdx.x % kWarp == 0 && thread < threads) results.glearned[p * warps + thread / kWarp] = sum;
  }
}

/// The launches of neuron N.
template <class N>
struct CudaLaunch {
  static const char* forward(const void* neuron, const CudaLayer& layer, const CudaForward& results, void* stream) {
    const auto run = [&]<class Surrogate>(const Surrogate*) {
      if (!layer.window.pools()) return launch(neuron_forward<N, Surrogate, 1>, neuron, layer, results, stream);
      if (layer.window.places() == 2) return launch(neuron_forward<N, Surrogate, 2>, neuron, layer, results, stream);
      return launch(neuron_forward<N, Surrogate, 4>, neuron, layer, results, stream);
    };
    return layer.surrogate.graded ? run(static_cast<AnyGraded*>(nullptr)) : run(static_cast<AnyStep*>(nullptr));
  }

  static const char* backward(const void* neuron, const CudaLayer& layer, const CudaBackward& results, void* stream) {
    const auto run = [&]<class Surrogate>(const Surrogate*) {
      if (!layer.window.pools()) return launch(neuron_backward<N, Surrogate, 1>, neuron, layer, results, stream);
      if (layer.window.places() == 2) return launch(neuron_backward<N, Surrogate, 2>, neuron, layer, results, stream);
      return launch(neuron_backward<N, Surrogate, 4>, neuron, layer, results, stream);
    };
    if (layer.surrogate.graded) return run(static_cast<AnyGraded*>(nullptr));
    if (!layer.window.pools() && layer.surrogate.number == detail::place_in<ATan>(StepSurrogates{})) {
      return launch(neuron_backward<N, Fixed<ATan>, 1>, neuron, layer, results, stream);
    }
    if (!layer.window.pools() && layer.surrogate.number == detail::place_in<Sigmoid>(StepSurrogates{})) {
      return launch(neuron_backward<N, Fixed<Sigmoid>, 1>, neuron, layer, results, stream);
    }
    return run(static_cast<AnyStep*>(nullptr));
  }

 private:
  template <class Kernel, class Results>
  static const char* launch(Kernel kernel, const void* neuron, const CudaLayer& layer, const Results& results,
                            void* stream) {
    const auto threads = cuda_threads(layer.places, layer.window);
    // Few neurons are spread over the multiprocessors; blocks of many keep each one busy.
    const int block = threads < kFewThreads ? 2 * static_cast<int>(kWarp) : kMostThreads;
    const auto blocks = (threads + block - 1) / block;
    kernel<<<static_cast<unsigned>(blocks), block, 0, static_cast<cudaStream_t>(stream)>>>(
        *static_cast<const N*>(neuron), layer, results, threads);
    const auto code = cudaGetLastError();
    return code == cudaSuccess ? nullptr : cudaGetErrorString(code);
  }

  static constexpr std::int64_t kFewThreads = 256 * kMostThreads;
};

}  // namespace QUALIA_SNN_ISA

template <class N>
const CudaNeuronKernels& cuda_neuron_kernels() {
  static_assert(N::kStates <= kMaxStates && kLearnedCount<N> <= kMaxLearned);
  static constexpr CudaNeuronKernels kKernels = {N::kKind, sizeof(N), CudaLaunch<N>::forward, CudaLaunch<N>::backward};
  return kKernels;
}

}  // namespace qualia_snn::neuron
