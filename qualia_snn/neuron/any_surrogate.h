#pragma once

#include <cstdint>

#include "qualia_snn/neuron/atan.h"
#include "qualia_snn/neuron/deterministic_pass.h"
#include "qualia_snn/neuron/erf.h"
#include "qualia_snn/neuron/fake_numerical_gradient.h"
#include "qualia_snn/neuron/leaky_k_relu.h"
#include "qualia_snn/neuron/log_tailed_relu.h"
#include "qualia_snn/neuron/multi_level_spike_count.h"
#include "qualia_snn/neuron/nonzero_sign_log_abs.h"
#include "qualia_snn/neuron/piecewise_exp.h"
#include "qualia_snn/neuron/piecewise_leaky_relu.h"
#include "qualia_snn/neuron/piecewise_quadratic.h"
#include "qualia_snn/neuron/q_pseudo_spike.h"
#include "qualia_snn/neuron/rect.h"
#include "qualia_snn/neuron/s2nn.h"
#include "qualia_snn/neuron/sigmoid.h"
#include "qualia_snn/neuron/soft_sign.h"
#include "qualia_snn/neuron/squarewave_fourier_series.h"
#include "qualia_snn/neuron/super_spike.h"

namespace qualia_snn::neuron {

/// No gradient through the spike: what evaluation uses for some neurons.
struct NoGradient {
  QUALIA_SNN_INLINE double slope(const auto& /*u*/) const { return 0; }
};

template <class... S>
struct SurrogateList {};

/// Surrogates of the step function that the kernels know. A surrogate's number is its place here.
using StepSurrogates =
    SurrogateList<NoGradient, Sigmoid, ATan, PiecewiseQuadratic, PiecewiseExp, SoftSign, SuperSpike, Erf,
                  NonzeroSignLogAbs, PiecewiseLeakyReLU, SquarewaveFourierSeries, S2NN, QPseudoSpike, LeakyKReLU,
                  FakeNumericalGradient, LogTailedReLU, Rect, DeterministicPass>;
/// Those whose spikes are other numbers than 0 and 1.
using GradedSurrogates = SurrogateList<MultiLevelSpikeCount>;

/// A surrogate of one of the lists, chosen while running.
struct AnySurrogate {
  bool graded = false;
  int number = 0;
  alignas(8) unsigned char options[24] = {};
};

namespace detail {
template <class S, class... L>
constexpr int place_in(SurrogateList<L...>) {
  int place = 0, found = -1;
  ((__is_same(S, L) ? void(found = place) : void(), ++place), ...);
  return found;
}
}  // namespace detail

/// The number of NoGradient.
inline constexpr int kNoGradient = detail::place_in<NoGradient>(StepSurrogates{});

/// Whether the kernels know a surrogate.
template <class S>
inline constexpr bool kHasNumber =
    detail::place_in<S>(StepSurrogates{}) >= 0 || detail::place_in<S>(GradedSurrogates{}) >= 0;

template <class S>
requires kHasNumber<S> AnySurrogate any_surrogate(const S& surrogate) {
  static_assert(sizeof(S) <= sizeof(AnySurrogate::options));
  AnySurrogate any;
  any.graded = detail::place_in<S>(GradedSurrogates{}) >= 0;
  any.number = any.graded ? detail::place_in<S>(GradedSurrogates{}) : detail::place_in<S>(StepSurrogates{});
  __builtin_memcpy(any.options, &surrogate, sizeof surrogate);
  return any;
}

}  // namespace qualia_snn::neuron
