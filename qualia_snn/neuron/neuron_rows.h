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

  static void forward(const ForwardRow<T>& row) { return row.ahead ? forward<true>(row) : forward<false>(row); }

  static void backward(const BackwardRow<T>& row) { return row.ahead ? backward<true>(row) : backward<false>(row); }

 private:
  QUALIA_SNN_INLINE static N options(const void* given) {
    N neuron;
    __builtin_memcpy(static_cast<void*>(&neuron), given, sizeof neuron);
    neuron.graded_spikes = Surrogate::kGraded;
    return neuron;
  }

  template <bool kAhead>
  QUALIA_SNN_INLINE static void forward(const ForwardRow<T>& row) {
    if (!row.kept) return forward<kAhead, true, false>(row);
    return row.output ? forward<kAhead, true, true>(row) : forward<kAhead, false, true>(row);
  }
  template <bool kAhead, bool kOutput, bool kKept>
  QUALIA_SNN_INLINE static void forward(const ForwardRow<T>& row) {
    const auto tail = row.n / Lanes<T>::kWidth * Lanes<T>::kWidth;
    forward<kAhead, kOutput, kKept, Lanes<T>>(options(row.neuron), Surrogate(*row.surrogate), row, 0, tail);
    if (tail == row.n) return;
    forward<kAhead, kOutput, kKept, Lane<T>>(options(row.neuron), Surrogate(*row.surrogate), row, tail, row.n);
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
  template <bool kAhead, bool kOutput, bool kKept, class R>
  QUALIA_SNN_INLINE static void forward(const N neuron, const Surrogate surrogate, const ForwardRow<T>& row,
                                        const std::int64_t begin, const std::int64_t end) {
    const auto steps = row.steps, stride = row.state_stride, x_stride = row.x_stride, kept_step = row.kept_step;
    [[maybe_unused]] const auto output_stride = row.output_stride;
    R learned[kLearned + 1];
    for (int p = 0; p < kLearned; ++p) learned[p] = R(row.learned[p]);
    [[maybe_unused]] const T* ahead = row.ahead;
    [[maybe_unused]] T *output = row.output, *kept = row.kept;
    const T* x = row.x;
    T* const states = row.states;
    const T* before[kStates];
    for (int k = 0; k < kStates; ++k) before[k] = row.before[k];
    for (std::int64_t t = 0; t < steps; ++t) {
      for (std::int64_t i = begin; i < end; i += R::kWidth) {
        R state[kStates], keep[kStates];
        for (int k = 0; k < kStates; ++k) state[k] = R::load(before[k] + i);
        if constexpr (kAhead) __builtin_prefetch(ahead + i);
        const R spikes = Step<N, Surrogate, R>::forward(neuron, surrogate, state, R::load(x + i), learned, keep);
        if constexpr (kOutput) spikes.store(output + i);
        for (int k = 0; k < kStates; ++k) {
          state[k].store(states + k * stride + i);
          if constexpr (kKept) keep[k].store(kept + k * stride + i);
        }
      }
      for (int k = 0; k < kStates; ++k) before[k] = states + k * stride;
      x += x_stride;
      if constexpr (kAhead) ahead += output_stride;
      if constexpr (kOutput) output += output_stride;
      if constexpr (kKept) kept += kept_step;
    }
  }

  template <bool kAhead, class R>
  QUALIA_SNN_INLINE static void backward(const N neuron, const Surrogate surrogate, const BackwardRow<T>& row,
                                         const std::int64_t begin, const std::int64_t end) {
    BackwardRow<T> at = row;
    for (std::int64_t t = 0; t < row.steps; ++t) {
      if constexpr (Surrogate::kByRow) {
        alignas(64) T slopes[kSlopes];
        for (auto i = begin; i < end; i += kSlopes) {
          const auto to = i + kSlopes < end ? i + kSlopes : end;
          fill_slopes<R>(neuron, at, i, to, slopes);
          const auto given = [&slopes, i](std::int64_t j) { return Given<R>(R::load(slopes + (j - i))); };
          step_backward<kAhead, R, Given<R>>(neuron, given, at, i, to);
        }
      } else {
        const auto fixed = [surrogate](std::int64_t) { return surrogate; };
        step_backward<kAhead, R, Surrogate>(neuron, fixed, at, begin, end);
      }
      for (int k = 0; k < kStates; ++k) at.gafter[k] = row.gstate + k * row.state_stride;
      at.x -= row.x_stride;
      at.goutput -= row.output_stride;
      at.gx -= row.gx_stride;
      at.kept -= row.kept_step;
      if constexpr (kAhead) at.ahead -= row.output_stride;
    }
  }

  /// One step back; surrogate_of(i) is the surrogate of the neurons from i on.
  template <bool kAhead, class R, class One, class F>
  QUALIA_SNN_INLINE static void step_backward(const N neuron, const F surrogate_of, const BackwardRow<T>& row,
                                              const std::int64_t begin, const std::int64_t end) {
    const auto stride = row.state_stride, learned_stride = row.learned_stride;
    const T *const x = row.x, *const goutput = row.goutput, *const kept = row.kept;
    [[maybe_unused]] const T* const ahead = row.ahead;
    T *const gx = row.gx, *const gstate = row.gstate, *const glearned = row.glearned;
    const T* gafter[kStates];
    for (int k = 0; k < kStates; ++k) gafter[k] = row.gafter[k];
    R learned[kLearned + 1];
    for (int p = 0; p < kLearned; ++p) learned[p] = R(row.learned[p]);
    for (auto i = begin; i < end; i += R::kWidth) {
      R keep[kStates], g[kStates], gp[kLearned + 1];
      for (int k = 0; k < kStates; ++k) {
        keep[k] = R::load(kept + k * stride + i);
        g[k] = R::load(gafter[k] + i);
      }
      for (int p = 0; p < kLearned; ++p) gp[p] = R::load(glearned + p * learned_stride + i);
      if constexpr (kAhead) __builtin_prefetch(ahead + i);
      Step<N, One, R>::backward(neuron, surrogate_of(i), keep, R::load(x + i), learned, R::load(goutput + i), g, gp)
          .store(gx + i);
      for (int k = 0; k < kStates; ++k) g[k].store(gstate + k * stride + i);
      for (int p = 0; p < kLearned; ++p) gp[p].store(glearned + p * learned_stride + i);
    }
  }

  /// Slopes of the neurons [begin, end) at one step.
  template <class R>
  QUALIA_SNN_INLINE static void fill_slopes(const N neuron, const BackwardRow<T>& row, const std::int64_t begin,
                                            const std::int64_t end, T* const slopes) {
    const auto stride = row.state_stride;
    const T *const x = row.x, *const kept = row.kept;
    R learned[kLearned + 1];
    for (int p = 0; p < kLearned; ++p) learned[p] = R(row.learned[p]);
    for (auto i = begin; i < end; i += R::kWidth) {
      R keep[kStates];
      for (int k = 0; k < kStates; ++k) keep[k] = R::load(kept + k * stride + i);
      Step<N, Surrogate, R>::drive(neuron, keep, R::load(x + i), learned).store(slopes + (i - begin));
    }
    row.slopes(*row.surrogate, end - begin, slopes);
  }

  /// Neurons whose slopes are computed together.
  static constexpr std::int64_t kSlopes = 256;
};

template <class N, class T>
inline constexpr RowKernels<T> kRowKernels = {Rows<N, AnyStep, T>::forward,         Rows<N, AnyGraded, T>::forward,
                                              Rows<N, AnyStep, T>::backward,        Rows<N, Fixed<ATan>, T>::backward,
                                              Rows<N, Fixed<Sigmoid>, T>::backward, Rows<N, AnyGraded, T>::backward};

}  // namespace QUALIA_SNN_ISA

template <class N, InstructionSet set>
const NeuronKernels& neuron_kernels() {
  static_assert(N::kStates <= kMaxStates && kLearnedCount<N> <= kMaxLearned);
  static constexpr NeuronKernels kKernels = {kRowKernels<N, float>, kRowKernels<N, double>, !kHasAffineCharge<N>};
  return kKernels;
}

}  // namespace qualia_snn::neuron
