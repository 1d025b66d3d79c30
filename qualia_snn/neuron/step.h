#pragma once

#include "qualia_snn/neuron/any_surrogate.h"
#include "qualia_snn/neuron/dual.h"
#include "qualia_snn/neuron/neuron.h"

/// One time step of any neuron, forward and backward, on any number type: the only place that differentiates.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// A surrogate known while compiling.
template <class S>
struct Fixed {
  static constexpr bool kGraded = false;
  S surrogate;

  QUALIA_SNN_INLINE explicit Fixed(const AnySurrogate& any) { __builtin_memcpy(&surrogate, any.options, sizeof(S)); }
  template <class R>
  QUALIA_SNN_INLINE R fire(R u) const {
    return where(u >= R(0.), R(1.), R(0.));
  }
  template <class R>
  QUALIA_SNN_INLINE R slope(R u) const {
    return surrogate.slope(u);
  }
};

/// A surrogate of a list, chosen while running.
template <class List, bool graded>
struct Chosen;
template <class... S, bool graded>
struct Chosen<SurrogateList<S...>, graded> {
  static constexpr bool kGraded = graded;
  AnySurrogate any;

  QUALIA_SNN_INLINE explicit Chosen(const AnySurrogate& a) : any(a) {}
  template <class R>
  QUALIA_SNN_INLINE R fire(R u) const {
    if constexpr (graded) {
      return visit(u, [](const auto& surrogate, R a) -> R { return surrogate.fire(a); });
    } else {
      return where(u >= R(0.), R(1.), R(0.));
    }
  }
  template <class R>
  QUALIA_SNN_INLINE R slope(R u) const {
    return visit(u, [](const auto& surrogate, R a) -> R { return surrogate.slope(a); });
  }

 private:
  template <class R, class F>
  QUALIA_SNN_INLINE R visit(R u, F f) const {
    R result(0.);
    int place = 0;
    (void)((place++ == any.number ? (result = f(as<S>(), u), true) : false) || ...);
    return result;
  }
  template <class T>
  QUALIA_SNN_INLINE T as() const {
    T surrogate;
    __builtin_memcpy(&surrogate, any.options, sizeof surrogate);
    return surrogate;
  }
};

using AnyStep = Chosen<StepSurrogates, false>;
using AnyGraded = Chosen<GradedSurrogates, true>;

template <int... i>
struct Indices {};
template <int n, int... i>
struct IndicesOf : IndicesOf<n - 1, n - 1, i...> {};
template <int... i>
struct IndicesOf<0, i...> {
  using type = Indices<i...>;
};

/// The phases of neuron N with a surrogate, on numbers of type R.
template <class N, class Surrogate, class R>
struct Step {
  static constexpr int kStates = N::kStates;
  static constexpr int kLearned = kLearnedCount<N>;
  using AllStates = typename IndicesOf<kStates>::type;
  using AllLearned = typename IndicesOf<kLearned>::type;

  /// Returns the output; `state` becomes the state after the step.
  QUALIA_SNN_INLINE static R forward(const N& neuron, const Surrogate& surrogate, R* state, R x, const R* learned) {
    return forward(neuron, surrogate, state, x, learned, AllStates{}, AllLearned{});
  }

  /// Returns the adjoint of x.
  ///
  /// @param state     before the step
  /// @param goutput   adjoint of the output
  /// @param gstate    adjoint of the state after the step; becomes that of the state before
  /// @param glearned  the adjoints of the learned numbers are added to it
  QUALIA_SNN_INLINE static R backward(const N& neuron, const Surrogate& surrogate, const R* state, R x,
                                      [[maybe_unused]] const R* learned, R goutput, R* gstate, R* glearned) {
    return backward(neuron, surrogate, state, x, learned, goutput, gstate, glearned, AllStates{}, AllLearned{});
  }

 private:
  template <int... s, int... p>
  QUALIA_SNN_INLINE static R forward(const N& neuron, const Surrogate& surrogate, R* state, R x,
                                     [[maybe_unused]] const R* learned, Indices<s...>, Indices<p...>) {
    const auto charged = neuron.charge(state[s]..., x, learned[p]...);
    const R spike = surrogate.fire(R(neuron.drive(get<0>(charged), learned[p]...)));
    const auto next = neuron.reset(get<s>(charged)..., spike, learned[p]...);
    R output = spike;
    if constexpr (N::kHasOutput) {
      output = neuron.output(get<s>(charged)..., spike, learned[p]...);
    }
    ((state[s] = get<s>(next)), ...);
    return output;
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
  QUALIA_SNN_INLINE static R backward(const N& neuron, const Surrogate& surrogate, const R* state, R x,
                                      [[maybe_unused]] const R* learned, R goutput, R* gstate,
                                      [[maybe_unused]] R* glearned, Indices<s...>, Indices<p...>) {
    // Inputs of the charge: states, x, learned; of the reset: states, spike, learned.
    constexpr int kInputs = kStates + 1 + kLearned;
    constexpr int kX = kStates, kSpike = kStates;
    const auto charged = neuron.charge(input<kInputs, s>(state[s])..., input<kInputs, kX>(x),
                                       input<kInputs, kStates + 1 + p>(learned[p])...);
    const auto u =
        neuron.drive(input<kInputs, 0>(R(get<0>(charged).v)), input<kInputs, kStates + 1 + p>(learned[p])...);
    const auto spike = input<kInputs, kSpike>(surrogate.fire(R(u.v)));
    const auto next =
        neuron.reset(input<kInputs, s>(R(get<s>(charged).v))..., spike, input<kInputs, kStates + 1 + p>(learned[p])...);

    Adjoints<kInputs> middle, before;
    if constexpr (N::kHasOutput) {
      middle.pull(goutput, neuron.output(input<kInputs, s>(R(get<s>(charged).v))..., spike,
                                         input<kInputs, kStates + 1 + p>(learned[p])...));
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
