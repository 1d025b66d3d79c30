#pragma once

#include "qualia_snn/neuron/affine.h"
#include "qualia_snn/neuron/any_surrogate.h"
#include "qualia_snn/neuron/dual.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/visit_surrogate.h"

/// One time step of any neuron, forward and backward, on any number type: the only place that differentiates.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// Returns a surrogate's slope, computed roughly where the target has a rough number.
template <class S, class R>
QUALIA_SNN_INLINE R slope_of(const S& surrogate, R u) {
  using Rough = decltype(rough(u));
  return R::of(Rough(surrogate.slope(rough(u))).v);
}

/// Spikes of 0 and 1.
struct StepFire {
  static constexpr bool kGraded = false;
  template <class R>
  QUALIA_SNN_INLINE R fire(R u) const {
    return where(u >= R(0.), R(1.), R(0.));
  }
};

/// A surrogate of the step function known while compiling.
template <class S>
struct Fixed : StepFire {
  static constexpr bool kByRow = false;
  S surrogate;

  QUALIA_SNN_INLINE explicit Fixed(const AnySurrogate& any) { __builtin_memcpy(&surrogate, any.options, sizeof(S)); }
  template <class R>
  QUALIA_SNN_INLINE R slope(R u) const {
    return slope_of(surrogate, u);
  }
};

/// The slope of one vector of neurons, computed before.
template <class R>
struct Given : StepFire {
  R value;
  QUALIA_SNN_INLINE explicit Given(R slope) : value(slope) {}
  QUALIA_SNN_INLINE R slope(R /*u*/) const { return value; }
};

/// A surrogate of the step function chosen while running. Its slopes come by row: a choice per vector would cost more
/// than the slope itself.
struct AnyStep : StepFire {
  static constexpr bool kByRow = true;

  QUALIA_SNN_INLINE explicit AnyStep(const AnySurrogate& /*any*/) {}
};

/// A surrogate with other spikes than 0 and 1, chosen while running.
struct AnyGraded {
  static constexpr bool kGraded = true, kByRow = false;
  AnySurrogate any;

  QUALIA_SNN_INLINE explicit AnyGraded(const AnySurrogate& a) : any(a) {}
  template <class R>
  QUALIA_SNN_INLINE R fire(R u) const {
    R result(0.);
    visit(GradedSurrogates{}, any, [&result, u](const auto& surrogate) { result = surrogate.fire(u); });
    return result;
  }
  template <class R>
  QUALIA_SNN_INLINE R slope(R u) const {
    R result(0.);
    visit(GradedSurrogates{}, any, [&result, u](const auto& surrogate) { result = slope_of(surrogate, u); });
    return result;
  }
};

/// The phases of neuron N with a surrogate, on numbers of type R.
template <class N, class Surrogate, class R>
struct Step {
  static constexpr int kStates = N::kStates;
  static constexpr int kLearned = kLearnedCount<N>;
  using AllStates = typename IndicesOf<kStates>::type;
  using AllLearned = typename IndicesOf<kLearned>::type;

  /// Returns the output; `state` becomes the state after the step.
  ///
  /// @param kept  receives what the way back needs: the charged states of an affine charge, else the states before
  QUALIA_SNN_INLINE static R forward(const N& neuron, const Surrogate& surrogate, R* state, R x, const R* learned,
                                     R* kept) {
    return forward(neuron, surrogate, state, x, learned, kept, AllStates{}, AllLearned{});
  }

  /// Returns the surrogate's argument.
  ///
  /// @param kept  what `forward` kept
  /// @param x     not read if the charge is affine
  QUALIA_SNN_INLINE static R drive(const N& neuron, const R* kept, R x, const R* learned) {
    return drive(neuron, kept, x, learned, AllStates{}, AllLearned{});
  }

  /// Returns the adjoint of x.
  ///
  /// @param kept      what `forward` kept
  /// @param x         not read if the charge is affine
  /// @param goutput   adjoint of the output
  /// @param gstate    adjoint of the state after the step; becomes that of the state before
  /// @param glearned  the adjoints of the learned numbers are added to it
  QUALIA_SNN_INLINE static R backward(const N& neuron, const Surrogate& surrogate, const R* kept, R x,
                                      [[maybe_unused]] const R* learned, R goutput, R* gstate, R* glearned) {
    return backward(neuron, surrogate, kept, x, learned, goutput, gstate, glearned, AllStates{}, AllLearned{});
  }

 private:
  template <int... s, int... p>
  QUALIA_SNN_INLINE static R forward(const N& neuron, const Surrogate& surrogate, R* state, R x,
                                     [[maybe_unused]] const R* learned, R* kept, Indices<s...>, Indices<p...>) {
    const auto charged = neuron.charge(state[s]..., x, learned[p]...);
    ((kept[s] = kHasAffineCharge<N> ? R(get<s>(charged)) : state[s]), ...);
    const R spike = surrogate.fire(R(neuron.drive(get<0>(charged), learned[p]...)));
    const auto next = neuron.reset(get<s>(charged)..., spike, learned[p]...);
    R output = spike;
    if constexpr (N::kHasOutput) {
      output = neuron.output(get<s>(charged)..., spike, learned[p]...);
    }
    ((state[s] = get<s>(next)), ...);
    return output;
  }

  template <int... s, int... p>
  QUALIA_SNN_INLINE static R drive(const N& neuron, const R* kept, R x, [[maybe_unused]] const R* learned,
                                   Indices<s...>, Indices<p...>) {
    if constexpr (kHasAffineCharge<N>) {
      return neuron.drive(kept[0], learned[p]...);
    } else {
      return neuron.drive(R(get<0>(neuron.charge(kept[s]..., x, learned[p]...))), learned[p]...);
    }
  }

  /// Adjoints of a phase's inputs, each unset until something is added.
  template <int n>
  struct Adjoints {
    R g[n];
    bool set[n] = {};

    QUALIA_SNN_INLINE void add(int i, R term) {
      g[i] = set[i] ? g[i] + term : term;
      set[i] = true;
    }
    QUALIA_SNN_INLINE R value(int i) const { return set[i] ? g[i] : R(0.); }
    /// Pulls the adjoint of an output back to the inputs that it depends on.
    template <unsigned A>
    QUALIA_SNN_INLINE void pull(R goutput, const Dual<R, n, A>& output) {
      for (int i = 0; i < n; ++i) {
        if (A >> i & 1) add(i, goutput * output.d[i]);
      }
    }
  };

  template <int... s, int... p>
  QUALIA_SNN_INLINE static R backward(const N& neuron, const Surrogate& surrogate, const R* kept, R x,
                                      [[maybe_unused]] const R* learned, R goutput, R* gstate,
                                      [[maybe_unused]] R* glearned, Indices<s...>, Indices<p...>) {
    // Inputs of the charge: states, x, learned; of the reset: states, spike, learned.
    constexpr int kInputs = kStates + 1 + kLearned;
    constexpr int kX = kStates, kSpike = kStates;
    // Of an affine charge only the derivatives are used: they are constants, whatever the states were.
    const auto charged = neuron.charge(input<kInputs, s>(kept[s])..., input<kInputs, kX>(x),
                                       input<kInputs, kStates + 1 + p>(learned[p])...);
    const R h[] = {(kHasAffineCharge<N> ? kept[s] : R(get<s>(charged).v))...};
    const auto u = neuron.drive(input<kInputs, 0>(h[0]), input<kInputs, kStates + 1 + p>(learned[p])...);
    const auto spike = input<kInputs, kSpike>(surrogate.fire(R(u.v)));
    const auto next = neuron.reset(input<kInputs, s>(h[s])..., spike, input<kInputs, kStates + 1 + p>(learned[p])...);

    Adjoints<kInputs> middle, before;
    if constexpr (N::kHasOutput) {
      middle.pull(goutput,
                  neuron.output(input<kInputs, s>(h[s])..., spike, input<kInputs, kStates + 1 + p>(learned[p])...));
    } else {
      middle.add(kSpike, goutput);
    }
    (middle.pull(gstate[s], get<s>(next)), ...);
    middle.pull(middle.value(kSpike) * surrogate.slope(R(u.v)), u);
    (before.pull(middle.value(s), get<s>(charged)), ...);
    ((gstate[s] = before.value(s)), ...);
    ((glearned[p] = glearned[p] + (middle.value(kStates + 1 + p) + before.value(kStates + 1 + p))), ...);
    return before.value(kX);
  }
};

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
