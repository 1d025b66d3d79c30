#pragma once

#include "qualia_snn/neuron/number.h"

/// Derivatives of a neuron's phases, by evaluating them on numbers that carry their derivatives (forward mode).
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// A number with its derivatives to N inputs.
///
/// Bit i of Active tells whether the number depends on input i: a derivative that is zero by construction is neither
/// stored nor computed. IEEE arithmetic would otherwise forbid the compiler to drop a product with zero.
template <Plain R, int N, unsigned Active>
struct Dual {
  R v;
  R d[N];

  Dual() = default;
  /// A constant has no derivative; with this, `condition ? a * x : 0.` has one type.
  template <unsigned B>
  requires((B & Active) == B && B != Active) QUALIA_SNN_INLINE Dual(Dual<R, N, B> b) : v(b.v) {
    for (int i = 0; i < N; ++i) d[i] = B >> i & 1 ? b.d[i] : R(0.);
  }
};

/// Returns input k of N: its derivative to itself is 1.
template <int N, int k, Plain R>
QUALIA_SNN_INLINE Dual<R, N, 1u << k> input(R a) {
  Dual<R, N, 1u << k> r;
  r.v = a;
  r.d[k] = R(1.);
  return r;
}

template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> operator+(Dual<R, N, A> a, Dual<R, N, B> b) {
  Dual<R, N, A | B> c;
  c.v = a.v + b.v;
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) c.d[i] = ~B >> i & 1 ? a.d[i] : ~A >> i & 1 ? b.d[i] : a.d[i] + b.d[i];
  }
  return c;
}

template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> operator-(Dual<R, N, A> a, Dual<R, N, B> b) {
  Dual<R, N, A | B> c;
  c.v = a.v - b.v;
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) c.d[i] = ~B >> i & 1 ? a.d[i] : ~A >> i & 1 ? -b.d[i] : a.d[i] - b.d[i];
  }
  return c;
}

template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> operator*(Dual<R, N, A> a, Dual<R, N, B> b) {
  Dual<R, N, A | B> c;
  c.v = a.v * b.v;
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) {
      c.d[i] = ~B >> i & 1 ? a.d[i] * b.v : ~A >> i & 1 ? a.v * b.d[i] : a.d[i] * b.v + a.v * b.d[i];
    }
  }
  return c;
}

template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> operator/(Dual<R, N, A> a, Dual<R, N, B> b) {
  Dual<R, N, A | B> c;
  c.v = a.v / b.v;
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) {
      c.d[i] = ~B >> i & 1 ? a.d[i] / b.v : ~A >> i & 1 ? -(c.v * b.d[i]) / b.v : (a.d[i] - c.v * b.d[i]) / b.v;
    }
  }
  return c;
}

/// Returns the number f(a) whose value and derivative to a are given.
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> chain(Dual<R, N, A> a, R value, R derivative) {
  a.v = value;
  for (int i = 0; i < N; ++i) {
    if (A >> i & 1) a.d[i] = a.d[i] * derivative;
  }
  return a;
}

template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator-(Dual<R, N, A> a) {
  a.v = -a.v;
  for (int i = 0; i < N; ++i) {
    if (A >> i & 1) a.d[i] = -a.d[i];
  }
  return a;
}

template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator+(Dual<R, N, A> a, double b) {
  a.v = a.v + R(b);
  return a;
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator+(double a, Dual<R, N, A> b) {
  b.v = R(a) + b.v;
  return b;
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator-(Dual<R, N, A> a, double b) {
  a.v = a.v - R(b);
  return a;
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator-(double a, Dual<R, N, A> b) {
  b = -b;
  b.v = R(a) + b.v;
  return b;
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator*(Dual<R, N, A> a, double b) {
  return chain(a, a.v * R(b), R(b));
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator*(double a, Dual<R, N, A> b) {
  return b * a;
}
/// The value by a true division, as LibTorch does on a CPU; the derivative by the reciprocal, which leaves the loop.
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator/(Dual<R, N, A> a, double b) {
  return chain(a, a.v / b, R(1.) / R(b));
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> operator/(double a, Dual<R, N, A> b) {
  const R quotient = R(a) / b.v;
  return chain(b, quotient, -quotient / b.v);
}

// Comparisons are of values: whoever branches on them has no derivative through the condition.
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE auto operator>=(Dual<R, N, A> a, double b) {
  return a.v >= R(b);
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE auto operator>(Dual<R, N, A> a, double b) {
  return a.v > R(b);
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE auto operator<=(Dual<R, N, A> a, double b) {
  return a.v <= R(b);
}
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE auto operator<(Dual<R, N, A> a, double b) {
  return a.v < R(b);
}

template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> where(typename R::Mask mask, Dual<R, N, A> a, Dual<R, N, B> b) {
  Dual<R, N, A | B> c;
  c.v = where(mask, a.v, b.v);
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) c.d[i] = where(mask, A >> i & 1 ? a.d[i] : R(0.), B >> i & 1 ? b.d[i] : R(0.));
  }
  return c;
}

template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> exp(Dual<R, N, A> a) {
  const R e = exp(a.v);
  return chain(a, e, e);
}

template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> sigmoid(Dual<R, N, A> a) {
  const R s = sigmoid(a.v);
  return chain(a, s, s * (R(1.) - s));
}

template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> relu(Dual<R, N, A> a) {
  const auto on = a.v > R(0.);
  a.v = where(on, a.v, R(0.));
  for (int i = 0; i < N; ++i) {
    if (A >> i & 1) a.d[i] = where(on, a.d[i], R(0.));
  }
  return a;
}

/// Returns the value without its derivatives where the condition holds.
template <Plain R, int N, unsigned A>
QUALIA_SNN_INLINE Dual<R, N, A> detach(Dual<R, N, A> a, bool condition) {
  for (int i = 0; i < N; ++i) {
    if (A >> i & 1) a.d[i] = condition ? R(0.) : a.d[i];
  }
  return a;
}

/// Returns `spike * a + (1 - spike) * b` of a spike that is 0 or 1: chosen, not multiplied; the derivative is exact.
template <Plain R, int N, unsigned A, unsigned B>
QUALIA_SNN_INLINE Dual<R, N, A | B> blend(Dual<R, N, A> spike, double a, Dual<R, N, B> b) {
  const auto fired = spike.v > R(0.);
  const R jump = R(a) - b.v;
  Dual<R, N, A | B> c;
  c.v = where(fired, R(a), b.v);
  for (int i = 0; i < N; ++i) {
    if ((A | B) >> i & 1) {
      const R kept = B >> i & 1 ? where(fired, R(0.), b.d[i]) : R(0.);
      c.d[i] = ~B >> i & 1 ? spike.d[i] * jump : ~A >> i & 1 ? kept : spike.d[i] * jump + kept;
    }
  }
  return c;
}

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
