#pragma once

#include <cstdint>

#include "qualia_snn/neuron/cuda_kernels.h"
#include "qualia_snn/neuron/step.h"
#include "qualia_snn/neuron/thread_memory.h"

/// What one thread of a GPU does: the neurons of a place over all time steps, in registers.
///
/// These are functions of a thread's number, which a CPU can run too: tests do, thread after thread.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// A thread of neuron N with a surrogate.
///
/// @tparam kSize  neurons: 1, or 2 or 4 of a window
template <class N, class Surrogate, int kSize>
class NeuronThread {
 public:
  using R = Lane<float>;
  static constexpr int kStates = N::kStates, kLearned = kLearnedCount<N>;
  static constexpr int kSteps = static_cast<int>(checkpoint_steps(kSize > 1));

  QUALIA_SNN_INLINE NeuronThread(const N& neuron, const CudaLayer& layer, std::int64_t thread)
      : neuron_(neuron),
        surrogate_(layer.surrogate),
        layer_(layer),
        places_(layer, thread),
        step_(layer.places.size()) {
    neuron_.graded_spikes = Surrogate::kGraded;
    QUALIA_SNN_UNROLL
    for (int p = 0; p < kLearned; ++p) learned_[p] = R::of(*layer.learned[p]);
    // A window lies in one channel.
    if (layer.scale) channel_ = places_.at[0] / layer.channel_size % layer.channels;
    if (!layer.mask) return;
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) load_steps<1>(layer.mask, layer.storage, places_.at[g], 0, 1, mask_ + g);
  }

  QUALIA_SNN_INLINE void forward(const CudaForward& results) {
    R state[kSize][kStates];
    initial(state);
    std::int32_t spikes[kSize] = {};
    bool other_input[kSize] = {};
    QUALIA_SNN_NO_UNROLL
    for (std::int64_t t = 0; t < layer_.T; t += kSteps) {
      if (t > 0 && results.checkpoints) store_checkpoint(state, t, results.checkpoints);
      const auto steps = steps_at(t);
      R x[kSize][kSteps], output[kSize][kSteps], ignored[kStates];
      read_ahead(layer_.x, t + kAhead);
      load_inputs(t, steps, x);
      if (layer_.scale) through_source(t, steps, x);
      if (results.spikes) note_other_inputs(steps, x, other_input);
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) {
        if (k >= steps) continue;
        QUALIA_SNN_UNROLL
        for (int g = 0; g < kSize; ++g) {
          output[g][k] = Phases::forward(neuron_, surrogate_, state[g], x[g][k], learned_, ignored);
          if (results.v_seq && places_.there[g]) state[g][0].store(results.v_seq + (t + k) * step_ + places_.at[g]);
        }
      }
      if (results.spikes) count(steps, output, spikes);
      if (layer_.mask) through_mask(output);
      store_outputs(t, steps, output, results.output);
    }
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      if (!places_.there[g]) continue;
      const auto at = places_.at[g];
      QUALIA_SNN_UNROLL
      for (int s = 0; s < kStates; ++s) {
        if (results.final_state[s]) state[g][s].store(results.final_state[s] + at);
      }
      if (results.spikes) results.spikes[at] = spikes[g], results.other_input[at] = other_input[g];
    }
  }

  /// @param glearned  receives the adjoints of the learned numbers
  QUALIA_SNN_INLINE void backward(const CudaBackward& results, R* glearned) {
    R gstate[kSize][kStates], gx_sum[kSize];
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      gx_sum[g] = R(0.);
      QUALIA_SNN_UNROLL
      for (int s = 0; s < kStates; ++s) {
        const float* const given = results.gfinal_state[s];
        gstate[g][s] = given && places_.there[g] ? R::load(given + places_.at[g]) : R(0.);
      }
    }
    QUALIA_SNN_UNROLL
    for (int p = 0; p < kLearned; ++p) glearned[p] = R(0.);

    QUALIA_SNN_NO_UNROLL
    for (std::int64_t t = (layer_.T - 1) / kSteps * kSteps; t >= 0; t -= kSteps) {
      const auto steps = steps_at(t);
      R x[kSize][kSteps], goutput[kSize][kSteps], kept[kSize][kSteps][kStates];
      read_ahead(layer_.x, t - kAhead);
      if (kSize == 1 && results.goutput) read_ahead(results.goutput, t - kAhead);
      load_inputs(t, steps, x);
      if (layer_.scale) through_source(t, steps, x);
      load_adjoints(t, steps, results.goutput, goutput);
      replay(t, steps, results.checkpoints, x, kept, goutput);
      way_back(t, steps, results.gv_seq, x, kept, goutput, gstate, glearned);
      // The adjoints of what the neurons see stand in goutput now.
      if (layer_.repeated) {
        add_steps(steps, goutput, gx_sum);
      } else {
        put_adjoints(t, steps, goutput, results);
      }
    }
    if (layer_.repeated) {
      R sum[kSize][kSteps];
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) sum[g][0] = gx_sum[g];
      put_adjoints(0, 1, sum, results);
    }
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      if (!places_.there[g]) continue;
      const auto at = places_.at[g];
      QUALIA_SNN_UNROLL
      for (int s = 0; s < kStates; ++s) {
        if (results.ginitial_state[s]) gstate[g][s].store(results.ginitial_state[s] + at);
      }
    }
  }

 private:
  using Phases = Step<N, Surrogate, R>;
  /// Steps between asking for an input and using it, where that is done.
  static constexpr std::int64_t kAhead = 4 * kSteps;

  QUALIA_SNN_INLINE int steps_at(std::int64_t t) const {
    return layer_.T - t < kSteps ? static_cast<int>(layer_.T - t) : kSteps;
  }

  QUALIA_SNN_INLINE void initial(R (&state)[kSize][kStates]) const {
    QUALIA_SNN_UNROLL
    for (int s = 0; s < kStates; ++s) {
      const auto* const given = static_cast<const float*>(layer_.initial_state[s]);
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) state[g][s] = given ? R::load(given + places_.at[g]) : R(neuron_.initial(s));
    }
  }

  QUALIA_SNN_INLINE std::int64_t checkpoint_place(std::int64_t t, int state, int g) const {
    return ((t / kSteps - 1) * kStates + state) * step_ + places_.at[g];
  }
  QUALIA_SNN_INLINE void store_checkpoint(const R (&state)[kSize][kStates], std::int64_t t, float* checkpoints) const {
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      QUALIA_SNN_UNROLL
      for (int s = 0; s < kStates; ++s) {
        if (places_.there[g]) state[g][s].store(checkpoints + checkpoint_place(t, s, g));
      }
    }
  }

  QUALIA_SNN_INLINE void read_ahead(const void* values, std::int64_t t) const {
    if (!layer_.reads_ahead || t < 0) return;
    const auto bytes = layer_.storage == Storage::kFloat32 ? 4 : 2;
    const auto* p = static_cast<const char*>(values) + (t * step_ + places_.at[0]) * bytes;
    const auto steps = steps_at(t);
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k, p += step_ * bytes) {
      if (k < steps) prefetch(p);
    }
  }

  QUALIA_SNN_INLINE void load_inputs(std::int64_t t, int steps, R (&x)[kSize][kSteps]) const {
    const auto stride = layer_.repeated ? 0 : step_;
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      load_steps<kSteps>(layer_.x, layer_.storage, t * stride + places_.at[g], stride, steps, x[g]);
    }
  }

  /// Returns a step's number of this thread's channel.
  QUALIA_SNN_INLINE R of_channel(const void* numbers, std::int64_t t) const {
    const auto group = layer_.groups == 1 ? 0 : t;
    return R::of(static_cast<const float*>(numbers)[group * layer_.channels + channel_]);
  }

  QUALIA_SNN_INLINE void through_source(std::int64_t t, int steps, R (&x)[kSize][kSteps]) const {
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k) {
      if (k >= steps) continue;
      const R scale = of_channel(layer_.scale, t + k), shift = of_channel(layer_.shift, t + k);
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) x[g][k] = x[g][k] * scale + shift;
    }
  }

  QUALIA_SNN_INLINE void through_mask(R (&values)[kSize][kSteps]) const {
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) values[g][k] = values[g][k] * mask_[g];
    }
  }

  QUALIA_SNN_INLINE static void add_steps(int steps, const R (&gx)[kSize][kSteps], R (&sum)[kSize]) {
    QUALIA_SNN_UNROLL
    for (int k = kSteps - 1; k >= 0; --k) {
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) sum[g] = k < steps ? sum[g] + gx[g][k] : sum[g];
    }
  }

  QUALIA_SNN_INLINE static void note_other_inputs(int steps, const R (&x)[kSize][kSteps], bool (&other_input)[kSize]) {
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) {
        if (k < steps) other_input[g] = other_input[g] || !(x[g][k].v == 0 || x[g][k].v == 1);
      }
    }
  }

  QUALIA_SNN_INLINE static void count(int steps, const R (&output)[kSize][kSteps], std::int32_t (&spikes)[kSize]) {
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) spikes[g] += k < steps && output[g][k].v != 0;
    }
  }

  /// Returns the place in a window of its first maximum at a step; NaN counts as the largest, as in LibTorch.
  QUALIA_SNN_INLINE static int first_maximum(const R (&output)[kSize][kSteps], int k, R& best) {
    int place = 0;
    best = output[0][k];
    QUALIA_SNN_UNROLL
    for (int g = 1; g < kSize; ++g) {
      const float v = output[g][k].v;
      const bool better = v > best.v || v != v;
      best = better ? output[g][k] : best;
      place = better ? g : place;
    }
    return place;
  }

  QUALIA_SNN_INLINE std::int64_t output_step() const {
    if constexpr (kSize == 1) {
      return step_;
    } else {
      const auto& [outer, height, width, inner] = layer_.places;
      return outer * (height / layer_.window.height) * (width / layer_.window.width) * inner;
    }
  }

  QUALIA_SNN_INLINE void store_outputs(std::int64_t t, int steps, const R (&output)[kSize][kSteps], void* to) const {
    const auto from = t * output_step() + places_.pooled;
    if constexpr (kSize == 1) {
      store_steps<kSteps>(output[0], layer_.storage, from, step_, steps, to);
    } else {
      R best[kSteps];
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) {
        if (k < steps) first_maximum(output, k, best[k]);
      }
      if (places_.whole) store_steps<kSteps>(best, layer_.storage, from, output_step(), steps, to);
    }
  }

  /// Adjoints of the outputs; with a sink those of the maxima, in the row of the window's first neuron.
  QUALIA_SNN_INLINE void load_adjoints(std::int64_t t, int steps, const void* given,
                                       R (&goutput)[kSize][kSteps]) const {
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k) goutput[0][k] = R(0.);
    if (!given || !places_.whole) return;
    load_steps<kSteps>(given, layer_.storage, t * output_step() + places_.pooled, output_step(), steps, goutput[0]);
  }

  /// Runs the steps forward again, keeps what the way back needs, and sends adjoints of maxima to where they were.
  QUALIA_SNN_INLINE void replay(std::int64_t t, int steps, const float* checkpoints, const R (&x)[kSize][kSteps],
                                R (&kept)[kSize][kSteps][kStates], R (&goutput)[kSize][kSteps]) const {
    R state[kSize][kStates], output[kSize][kSteps];
    if (t == 0) {
      initial(state);
    } else {
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) {
        QUALIA_SNN_UNROLL
        for (int s = 0; s < kStates; ++s) state[g][s] = R::load(checkpoints + checkpoint_place(t, s, g));
      }
    }
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k) {
      if (k >= steps) continue;
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) {
        output[g][k] = Phases::forward(neuron_, surrogate_, state[g], x[g][k], learned_, kept[g][k]);
        if (kSize > 1 && layer_.mask) output[g][k] = output[g][k] * mask_[g];
      }
      if constexpr (kSize > 1) {
        R best;
        const int place = first_maximum(output, k, best);
        const R adjoint = goutput[0][k];
        QUALIA_SNN_UNROLL
        for (int g = 0; g < kSize; ++g) goutput[g][k] = place == g ? adjoint : R(0.);
      }
    }
    if (layer_.mask) through_mask(goutput);
  }

  /// Turns adjoints of outputs into those of inputs.
  QUALIA_SNN_INLINE void way_back(std::int64_t t, int steps, const float* gv_seq, const R (&x)[kSize][kSteps],
                                  const R (&kept)[kSize][kSteps][kStates], R (&goutput)[kSize][kSteps],
                                  R (&gstate)[kSize][kStates], R* glearned) const {
    [[maybe_unused]] R slopes[kSize][kSteps];
    if constexpr (Surrogate::kByRow) fill_slopes(steps, x, kept, slopes);
    QUALIA_SNN_UNROLL
    for (int k = kSteps - 1; k >= 0; --k) {
      if (k >= steps) continue;
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) {
        if (!places_.there[g]) continue;
        if (gv_seq) {
          gstate[g][0] = gstate[g][0] + R::load(gv_seq + (t + k) * step_ + places_.at[g]);
        }
        R& adjoint = goutput[g][k];
        if constexpr (Surrogate::kByRow) {
          adjoint = Step<N, Given<R>, R>::backward(neuron_, Given<R>(slopes[g][k]), kept[g][k], x[g][k], learned_,
                                                   adjoint, gstate[g], glearned);
        } else {
          adjoint = Phases::backward(neuron_, surrogate_, kept[g][k], x[g][k], learned_, adjoint, gstate[g], glearned);
        }
      }
    }
  }

  /// One choice of the surrogate for all steps that are in registers.
  QUALIA_SNN_INLINE void fill_slopes(int steps, const R (&x)[kSize][kSteps], const R (&kept)[kSize][kSteps][kStates],
                                     R (&slopes)[kSize][kSteps]) const {
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k) {
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) {
        slopes[g][k] = k < steps ? Phases::drive(neuron_, kept[g][k], x[g][k], learned_) : R(0.);
      }
    }
    visit(StepSurrogates{}, layer_.surrogate, [&slopes](const auto& surrogate) {
      QUALIA_SNN_UNROLL
      for (int k = 0; k < kSteps; ++k) {
        QUALIA_SNN_UNROLL
        for (int g = 0; g < kSize; ++g) slopes[g][k] = slope_of(surrogate, slopes[g][k]);
      }
    });
  }

  /// Takes the adjoints of what the neurons see through the source to memory, and adds up those of scale and shift.
  QUALIA_SNN_INLINE void put_adjoints(std::int64_t t, int steps, R (&gx)[kSize][kSteps],
                                      const CudaBackward& results) const {
    if (layer_.scale) back_through_source(t, steps, gx, results);
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      if (!places_.there[g]) continue;
      store_steps<kSteps>(gx[g], layer_.storage, t * step_ + places_.at[g], step_, steps, results.gx);
    }
  }

  QUALIA_SNN_INLINE void back_through_source(std::int64_t t, int steps, R (&gx)[kSize][kSteps],
                                             const CudaBackward& results) const {
    QUALIA_SNN_UNROLL
    for (int g = 0; g < kSize; ++g) {
      if (!places_.there[g]) continue;
      R given[kSteps];
      if (results.gscale) {
        load_steps<kSteps>(layer_.x, layer_.storage, t * step_ + places_.at[g], step_, steps, given);
      }
      QUALIA_SNN_UNROLL
      for (int k = kSteps - 1; k >= 0; --k) {
        if (k >= steps) continue;
        if (results.gscale) {
          // A sum in memory: registers are for what every layer needs.
          const auto at = (layer_.groups == 1 ? 0 : t + k) * step_ + places_.at[g];
          results.gscale[at] += (gx[g][k] * given[k]).v;
          results.gshift[at] += gx[g][k].v;
        }
        if (layer_.scales_adjoint) gx[g][k] = gx[g][k] * of_channel(layer_.scale, t + k);
      }
    }
  }

  N neuron_;
  Surrogate surrogate_;
  const CudaLayer& layer_;
  ThreadPlaces<kSize> places_;
  std::int64_t step_;
  std::int64_t channel_ = 0;
  R learned_[kLearned + 1], mask_[kSize];
};

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
