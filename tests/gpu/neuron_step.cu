// Compiled, not run: the neuron structs and their derivatives are CUDA code too, without a line of their own for it.

#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/step.h"

namespace qualia_snn::neuron {

using R = Lane<float>;

/// One neuron per thread, its steps in registers.
template <class N, int T>
__global__ void steps(const N neuron, const AnySurrogate any, const float* learned, std::int64_t size, const float* x,
                      const float* goutput, float* gx, float* glearned) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i >= size) return;
  constexpr int kLearned = kLearnedCount<N>;
  const Fixed<ATan> surrogate(any);
  R p[kLearned + 1], gp[kLearned + 1], state[N::kStates], kept[T][N::kStates], g[N::kStates];
  for (int k = 0; k < kLearned; ++k) p[k] = R::of(learned[k]), gp[k] = R(0.);
  for (int k = 0; k < N::kStates; ++k) state[k] = R(neuron.initial(k)), g[k] = R(0.);
#pragma unroll
  for (int t = 0; t < T; ++t) {
    Step<N, Fixed<ATan>, R>::forward(neuron, surrogate, state, R::of(x[t * size + i]), p, kept[t]);
  }
#pragma unroll
  for (int t = T - 1; t >= 0; --t) {
    gx[t * size + i] = Step<N, Fixed<ATan>, R>::backward(neuron, surrogate, kept[t], R::of(x[t * size + i]), p,
                                                         R::of(goutput[t * size + i]), g, gp)
                           .v;
  }
  for (int k = 0; k < kLearned; ++k) glearned[k * size + i] = gp[k].v;
}

#define QUALIA_SNN_STEPS(N)                                                                                    \
  template __global__ void steps<N, 4>(const N, const AnySurrogate, const float*, std::int64_t, const float*,  \
                                       const float*, float*, float*);                                          \
  template __global__ void steps<N, 16>(const N, const AnySurrogate, const float*, std::int64_t, const float*, \
                                        const float*, float*, float*);
QUALIA_SNN_STEPS(IF)
QUALIA_SNN_STEPS(LIF)
QUALIA_SNN_STEPS(ParametricLIF)

}  // namespace qualia_snn::neuron
