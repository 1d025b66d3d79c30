#pragma once

#include "qualia_snn/neuron/row_kernels.h"
#include "qualia_snn/neuron/step.h"

/// The row kernels of any neuron: included only by sources that are compiled for one instruction set.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// Rows of neuron N with a surrogate.
template <class N, class Surrogate, class T>
struct Rows {
  static constexpr int kStates = N::kStates;
  static constexpr int kLearned = kLearnedCount<N>;

  static void forward(const ForwardRow<T>& row) {
    if (row.ahead) return row.output ? forward<true, true>(row) : forward<true, false>(row);
    return row.output ? forward<false, true>(row) : forward<false, false>(row);
  }

  static void backward(const BackwardRow<T>& row) { return row.ahead ? backward<true>(row) : backward<false>(row); }

 private:
  QUALIA_SNN_INLINE static N options(const void* given) {
    N neuron;
    __builtin_memcpy(static_cast<void*>(&neuron), given, sizeof neuron);
    neuron.graded_spikes = Surrogate::kGraded;
    return neuron;
  }

  template <bool kAhead, bool kOutput>
  QUALIA_SNN_INLINE static void forward(const ForwardRow<T>& row) {
    const auto tail = row.n / Lanes<T>::kWidth * Lanes<T>::kWidth;
    forward<kAhead, kOutput, Lanes<T>>(options(row.neuron), Surrogate(*row.surrogate), row, 0, tail);
    if (tail == row.n) return;
    forward<kAhead, kOutput, Lane<T>>(options(row.neuron), Surrogate(*row.surrogate), row, tail, row.n);
  }
  template <bool kAhead>
  QUALIA_SNN_INLINE static void backward(const BackwardRow<T>& row) {
    const auto tail = row.n / Lanes<T>::kWidth * Lanes<T>::kWidth;
    backward<kAhead, Lanes<T>>(options(row.neuron), Surrogate(*row.surrogate), row, 0, tail);
    if (tail == row.n) return;
    backward<kAhead, Lane<T>>(options(row.neuron), Surrogate(*row.surrogate), row, tail, row.n);
  }

  // Neuron and surrogate by value: what is stored could otherwise alias the options, which would be read again for
  // every vector.
  template <bool kAhead, bool kOutput, class R>
  QUALIA_SNN_INLINE static void forward(const N neuron, const Surrogate surrogate, const ForwardRow<T>& row,
                                        const std::int64_t begin, const std::int64_t end) {
    const auto stride = row.state_stride;
    R learned[kLearned + 1];
    for (int p = 0; p < kLearned; ++p) learned[p] = R(row.learned[p]);
    [[maybe_unused]] const T* ahead = row.ahead;
    [[maybe_unused]] T* output = row.output;
    const T* x = row.x;
    T* before = row.states;
    for (std::int64_t t = 0; t < row.steps; ++t) {
      T* const after = before + row.state_step;
      for (std::int64_t i = begin; i < end; i += R::kWidth) {
        R state[kStates];
        for (int k = 0; k < kStates; ++k) state[k] = R::load(before + k * stride + i);
        if constexpr (kAhead) __builtin_prefetch(ahead + i);
        const R spikes = Step<N, Surrogate, R>::forward(neuron, surrogate, state, R::load(x + i), learned);
        if constexpr (kOutput) spikes.store(output + i);
        for (int k = 0; k < kStates; ++k) state[k].store(after + k * stride + i);
      }
      x += row.x_stride;
      if constexpr (kAhead) ahead += row.x_stride;
      if constexpr (kOutput) output += row.x_stride;
      before = after;
    }
  }

  template <bool kAhead, class R>
  QUALIA_SNN_INLINE static void backward(const N neuron, const Surrogate surrogate, const BackwardRow<T>& row,
                                         const std::int64_t begin, const std::int64_t end) {
    const auto stride = row.state_stride, learned_stride = row.learned_stride;
    R learned[kLearned + 1];
    for (int p = 0; p < kLearned; ++p) learned[p] = R(row.learned[p]);
    const T *x = row.x, *goutput = row.goutput, *before = row.before;
    [[maybe_unused]] const T* ahead = row.ahead;
    T *gx = row.gx, *const gstate = row.gstate, *const glearned = row.glearned;
    for (std::int64_t t = 0; t < row.steps; ++t) {
      for (std::int64_t i = begin; i < end; i += R::kWidth) {
        R state[kStates], g[kStates], gp[kLearned + 1];
        for (int k = 0; k < kStates; ++k) {
          state[k] = R::load(before + k * stride + i);
          g[k] = R::load(gstate + k * stride + i);
        }
        for (int p = 0; p < kLearned; ++p) gp[p] = R::load(glearned + p * learned_stride + i);
        if constexpr (kAhead) __builtin_prefetch(ahead + i);
        Step<N, Surrogate, R>::backward(neuron, surrogate, state, R::load(x + i), learned, R::load(goutput + i), g, gp)
            .store(gx + i);
        for (int k = 0; k < kStates; ++k) g[k].store(gstate + k * stride + i);
        for (int p = 0; p < kLearned; ++p) gp[p].store(glearned + p * learned_stride + i);
      }
      x -= row.x_stride;
      goutput -= row.x_stride;
      gx -= row.x_stride;
      before -= row.state_step;
      if constexpr (kAhead) ahead -= row.x_stride;
    }
  }
};

template <class N, class T>
inline constexpr RowKernels<T> kRowKernels = {Rows<N, AnyStep, T>::forward,         Rows<N, AnyGraded, T>::forward,
                                              Rows<N, AnyStep, T>::backward,        Rows<N, Fixed<ATan>, T>::backward,
                                              Rows<N, Fixed<Sigmoid>, T>::backward, Rows<N, AnyGraded, T>::backward};

}  // namespace QUALIA_SNN_ISA

template <class N, InstructionSet set>
const NeuronKernels& neuron_kernels() {
  static_assert(N::kStates <= kMaxStates && kLearnedCount<N> <= kMaxLearned);
  static constexpr NeuronKernels kKernels = {kRowKernels<N, float>, kRowKernels<N, double>};
  return kKernels;
}

}  // namespace qualia_snn::neuron
