#pragma once

#include "qualia_snn/config/real_or_false.h"
#include "qualia_snn/neuron/isa.h"
#include "qualia_snn/neuron/tensor_like.h"

namespace qualia_snn::neuron {

/// The states of a neuron after a phase, the membrane potential first.
template <class... A>
struct States;
template <class A>
struct States<A> {
  A v;
};
template <class A, class B>
struct States<A, B> {
  A v;
  B w;
};
template <class A, class B, class C>
struct States<A, B, C> {
  A v;
  B w;
  C z;
};
template <class... A>
States(A...) -> States<A...>;

template <class T>
inline constexpr bool kIsStates = false;
template <class... A>
inline constexpr bool kIsStates<States<A...>> = true;

/// Returns state k of a phase's result; a neuron with one state may return a bare number.
template <int k, class T>
QUALIA_SNN_INLINE auto get(const T& states) {
  if constexpr (!kIsStates<T>) {
    return states;
  } else if constexpr (k == 0) {
    return states.v;
  } else if constexpr (k == 1) {
    return states.w;
  } else {
    return states.z;
  }
}

/// A number that training changes, one for the whole layer.
struct Learned {
  const char* name;    ///< of the parameter, as in the state_dict
  int dimensions = 0;  ///< of the parameter: 0, or 1 for the shape [1]
};

/// The number of learned numbers that a neuron declares as `kLearned`.
template <class N>
inline constexpr int kLearnedCount = 0;
template <class N>
requires requires { N::kLearned; }
inline constexpr int kLearnedCount<N> = sizeof(N::kLearned) / sizeof(Learned);

/// What all spiking neurons share: threshold, fire and reset.
///
/// A neuron is a struct derived from this with `charge(states..., x, learned...)`, which returns the charged states,
/// the potential h first, given the states after the last step and the input of this one. A spike is emitted where
/// `drive(h, learned...)` >= 0, that is h >= v_threshold. `reset(charged..., spike, learned...)` returns the states
/// that the next step begins with:
///
///     soft reset (v_reset = false):  v = h - spike * v_threshold
///     hard reset:                    v = spike * v_reset + (1 - spike) * h
///
/// Phases are templates over the type of number: they are evaluated on vector registers, on numbers with derivatives
/// and on tensors, so they use arithmetic, comparisons, `where`, `exp`, `sigmoid`, `relu` and options only. The type of
/// an expression may depend on what it is made of (affine.h): choose by options with `?:`, not with two `return`s, and
/// do not assign to a name again. Potentials are in units of the threshold. Source:
/// spikingjelly.activation_based.neuron.BaseNode, torch backend.
struct Neuron {
  /// What `describe` tells: equations, and a last line "Source: ...".
  static constexpr const char* kDetails = "";
  /// States that last from step to step, the potential included.
  static constexpr int kStates = 1;
  /// Whether the build compiles kernels for the neuron; else tensor operations run it.
  static constexpr bool kHasKernels = false;
  /// Whether the neuron emits more than spikes: `output(charged..., spike, learned...)`.
  static constexpr bool kHasOutput = false;
  /// Surrogate where the configuration names none; null: the neuron brings one, `surrogate_of_neuron()`.
  static constexpr const char* kSurrogate = "Sigmoid";
  /// Whether evaluation runs the plain step, through which no gradient passes, in place of the surrogate.
  static constexpr bool kPlainStepInEvaluation = false;

  double v_threshold = 1;
  config::RealOrFalse v_reset = 0.;
  bool detach_reset = false;
  /// Set by the engine: spikes may be other numbers than 0 and 1.
  bool graded_spikes = false;

  /// Returns the potential that a hard reset and the leak go to; soft reset leaks to 0.
  QUALIA_SNN_INLINE double rest() const { return v_reset.given ? v_reset.value : 0.; }
  /// Returns what a state is before the first step.
  QUALIA_SNN_INLINE double initial(int state) const { return state == 0 ? rest() : 0.; }
  /// Returns the surrogate's argument, which is not negative where the neuron fires.
  QUALIA_SNN_INLINE auto drive(const auto& h, const auto&...) const { return h - v_threshold; }
  QUALIA_SNN_INLINE auto reset_potential(const auto& h, const auto& spike) const {
    const auto s = detach(spike, detach_reset);
    if (!v_reset.given) return h - s * v_threshold;
    return graded_spikes ? s * v_reset.value + (1. - s) * h : blend(s, v_reset.value, h);
  }
  QUALIA_SNN_INLINE auto reset(const auto& h, const auto& spike, const auto&...) const {
    return States{reset_potential(h, spike)};
  }

  static void options(auto&& o) {
    o("v_threshold", &Neuron::v_threshold, "potential at which a spike is emitted");
    o("v_reset", &Neuron::v_reset, "potential after a spike; false: subtract the threshold (soft reset)");
    o("detach_reset", &Neuron::detach_reset, "no gradient through the reset");
  }
};

}  // namespace qualia_snn::neuron
