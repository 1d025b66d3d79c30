#pragma once

#include "qualia_snn/neuron/indices.h"
#include "qualia_snn/neuron/neuron.h"

/// Whether a neuron's charge is affine in states and input, read off its types while compiling.
///
/// The derivatives of an affine charge are constants, so the way back needs the charged states only, neither the states
/// before nor the input.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// A number without a value: its type tells what was done with it.
template <bool affine>
struct Traced {
  Traced() = default;
  QUALIA_SNN_INLINE Traced(double /*constant*/) {}
  template <bool other>
  requires(other && !affine) QUALIA_SNN_INLINE Traced(Traced<other> /*a*/) {}
};
struct TracedMask {
  QUALIA_SNN_INLINE friend TracedMask operator&(TracedMask, TracedMask) { return {}; }
  QUALIA_SNN_INLINE friend TracedMask operator|(TracedMask, TracedMask) { return {}; }
};

// What keeps an affine number affine: sums, products with constants.
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<(a && b)> operator+(Traced<a>, Traced<b>) {
  return {};
}
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<(a && b)> operator-(Traced<a>, Traced<b>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator-(Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator+(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator+(double, Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator-(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator-(double, Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator*(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator*(double, Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> operator/(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<a> detach(Traced<a>, bool) {
  return {};
}

// What does not.
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<false> operator*(Traced<a>, Traced<b>) {
  return {};
}
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<false> operator/(Traced<a>, Traced<b>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<false> operator/(double, Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE TracedMask operator>=(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE TracedMask operator>(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE TracedMask operator<=(Traced<a>, double) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE TracedMask operator<(Traced<a>, double) {
  return {};
}
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<false> where(TracedMask, Traced<a>, Traced<b>) {
  return {};
}
template <bool a, bool b>
QUALIA_SNN_INLINE Traced<false> blend(Traced<a>, double, Traced<b>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<false> exp(Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<false> sigmoid(Traced<a>) {
  return {};
}
template <bool a>
QUALIA_SNN_INLINE Traced<false> relu(Traced<a>) {
  return {};
}

template <class N, int... s, int... p>
constexpr bool has_affine_charge(const N* neuron, Indices<s...>, Indices<p...>) {
  using Charged = decltype(neuron->charge((void(s), Traced<true>{})..., Traced<true>{}, (void(p), Traced<false>{})...));
  return (__is_same(decltype(get<s>(Charged{})), Traced<true>) && ...);
}

/// Whether the charge of neuron N is affine in states and input. What depends on a learned number is not.
template <class N>
inline constexpr bool kHasAffineCharge = has_affine_charge<N>(nullptr, typename IndicesOf<N::kStates>::type{},
                                                              typename IndicesOf<kLearnedCount<N>>::type{});

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
