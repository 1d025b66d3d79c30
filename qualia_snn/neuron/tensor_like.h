#pragma once

/// What number.h and dual.h do for vector registers, for numbers that bring their own operators and derivatives:
/// tensors.
namespace qualia_snn::neuron {

template <class X>
concept TensorLike = requires(const X& x) {
  x.detach();
};

auto blend(const TensorLike auto& spike, double a, const TensorLike auto& b) { return spike * a + (1. - spike) * b; }
auto detach(const TensorLike auto& x, bool condition) { return condition ? x.detach() : x; }
auto round_half_even(const TensorLike auto& x) { return x.round(); }
auto exp2_of_negative(const TensorLike auto& y) { return y.exp2(); }

}  // namespace qualia_snn::neuron
