#include "qualia_snn/neuron/affine.h"
#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/eif.h"
#include "qualia_snn/neuron/half_threshold_if.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ifsrl.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/izhikevich.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/liaf.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/qif.h"
#include "tests/neuron/reference.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::neuron;

namespace {

std::vector<SurrogatePtr> step_surrogates() {
  return {make_surrogate(Sigmoid{}),
          make_surrogate(ATan{}),
          make_surrogate(PiecewiseQuadratic{}),
          make_surrogate(PiecewiseExp{}),
          make_surrogate(SoftSign{}),
          make_surrogate(SuperSpike{}),
          make_surrogate(Erf{}),
          make_surrogate(NonzeroSignLogAbs{}),
          make_surrogate(PiecewiseLeakyReLU{}),
          make_surrogate(SquarewaveFourierSeries{4, 8}),
          make_surrogate(S2NN{}),
          make_surrogate(QPseudoSpike{}),
          make_surrogate(LeakyKReLU{.1, 1}),
          make_surrogate(FakeNumericalGradient{}),
          make_surrogate(LogTailedReLU{.1}),
          make_surrogate(Rect{}),
          make_surrogate(DeterministicPass{})};
}

struct Run {
  at::Tensor output, v_seq, v, gx;
  std::vector<at::Tensor> glearned;
};

/// Forward and backward of one call; the loss weighs outputs and the last potential.
template <class N>
Run run(const N& neuron, const SurrogatePtr& surrogate, const at::Tensor& given, std::int64_t T) {
  NeuronOptions<N> options(neuron);
  options.store_v_seq = true;
  at::manual_seed(5);  // ATIF draws its threshold
  NeuronLayer<N> layer(options, surrogate);
  layer.to(given.scalar_type());
  const auto x = given.clone().requires_grad_();
  Run r;
  r.output = layer.forward({x, T}).x;
  r.v_seq = layer.v_seq();
  r.v = layer.v();
  const auto weight = at::linspace(-1, 1, r.output.numel(), r.output.options()).view_as(r.output);
  const auto loss = (r.output * weight).sum() + r.v.to(weight.scalar_type()).sum() * 0.5;
  loss.backward();
  r.gx = x.grad();
  for (const auto& parameter : layer.parameters()) r.glearned.push_back(parameter.grad());
  return r;
}

struct Bars {
  double gradient, learned;
};

/// Compares kernels with tensor operations and autograd.
template <class N>
void check(const N& neuron, const SurrogatePtr& surrogate, const at::Tensor& x, std::int64_t T, Bars bars,
           bool exact = true) {
  const auto fused = run(neuron, surrogate, x, T);
  const auto reference = run(neuron, std::make_shared<Unknown>(surrogate), x, T);
  CAPTURE(T, c10::str(x.sizes()));
  if (exact) {
    CHECK(at::equal(fused.output, reference.output));
    CHECK(at::equal(fused.v_seq, reference.v_seq));
    CHECK(at::equal(fused.v, reference.v));
  } else {
    CHECK(deviation(fused.output, reference.output) <= 1e-6);
    CHECK(deviation(fused.v_seq, reference.v_seq) <= 1e-6);
  }
  CHECK(deviation(fused.gx, reference.gx) <= bars.gradient);
  REQUIRE(fused.glearned.size() == reference.glearned.size());
  if (fused.glearned.empty()) return;
  // Sums of many terms that cancel: only double precision gives a reference.
  const auto precise = run(neuron, std::make_shared<Unknown>(surrogate), x.to(at::kDouble), T);
  REQUIRE(at::equal((precise.output - fused.output).round(), at::zeros_like(precise.output)));
  for (std::size_t p = 0; p < fused.glearned.size(); ++p) {
    CAPTURE(p, c10::str(fused.glearned[p], precise.glearned[p]));
    CHECK(deviation(fused.glearned[p], precise.glearned[p]) <= bars.learned);
  }
}

constexpr Bars kFloat{2e-6, 1e-5}, kWithExp{1e-5, 1e-5}, kDouble{1e-6, 1e-6};

/// The options that IF, LIF, ParametricLIF and KLIF share.
template <class N>
std::vector<N> variants(N neuron) {
  std::vector<N> all;
  for (const config::RealOrFalse v_reset : {config::RealOrFalse(0.), config::RealOrFalse(.1), config::RealOrFalse()}) {
    for (const bool detach : {false, true}) {
      neuron.v_reset = v_reset;
      neuron.detach_reset = detach;
      if constexpr (requires { neuron.decay_input; }) {
        neuron.decay_input = true;
        all.push_back(neuron);
        neuron.decay_input = false;
      }
      all.push_back(neuron);
    }
  }
  return all;
}

/// With all terms of the adaptation current.
Izhikevich adapting() {
  Izhikevich neuron;
  neuron.a = 0.3, neuron.b = 0.2, neuron.w_rest = 0.1, neuron.tau_w = 3;
  return neuron;
}

}  // namespace

TEST_CASE("kernels give the spikes, potentials and gradients of tensor operations", "[engine]") {
  at::manual_seed(1);
  const auto atan = make_surrogate(ATan{});
  for (const std::int64_t T : {1, 2, 4, 7, 16, 100, 500}) {
    const auto x = currents({T * 3, 41});
    for (const auto& neuron : variants(IF{})) check(neuron, atan, x, T, kFloat);
    for (const auto& neuron : variants(LIF{})) check(neuron, atan, x, T, kFloat);
  }
  const auto x = currents({7 * 3, 5, 3, 7});
  LIF slow;
  slow.tau = 2.7;
  KLIF scaled;
  scaled.scale_reset = true;
  for (const auto& neuron : variants(slow)) check(neuron, atan, x, 7, kFloat);
  for (const auto& neuron : variants(ParametricLIF{})) check(neuron, atan, x, 7, kFloat);
  for (const auto& neuron : variants(KLIF{})) check(neuron, atan, x, 7, kFloat);
  for (const auto& neuron : variants(scaled)) check(neuron, atan, x, 7, kFloat);
  for (const auto& neuron : variants(CUBALIF{})) check(neuron, atan, x, 7, kFloat);
  const auto levels = make_surrogate(MultiLevelSpikeCount{});
  check(ILIF{}, levels, x * 3, 7, kFloat);
  check(ATIF{}, make_surrogate(Sigmoid{1}), x, 7, kWithExp);
  check(IFSRL{}, make_surrogate(Sigmoid{1}), x, 7, kWithExp);
  check(HalfThresholdIF{}, atan, x, 7, kFloat);
  for (const auto& neuron : variants(QIF{})) check(neuron, atan, x, 7, kFloat);
  for (const auto& neuron : variants(adapting())) check(neuron, atan, x, 7, kFloat);
  for (const char* act : {"relu", "sigmoid", "identity"}) {
    for (const bool threshold_related : {false, true}) {
      LIAF analog;
      analog.act = act, analog.threshold_related = threshold_related;
      check(analog, atan, x, 7, act[0] == 's' ? kWithExp : kFloat, act[0] != 's');
    }
  }
  // Reset with spikes of any number.
  for (const auto& neuron : variants(LIF{})) check(neuron, levels, x * 2, 7, kFloat);
}

TEST_CASE("what a charge is made of is read off its types", "[engine]") {
  STATIC_REQUIRE(kHasAffineCharge<IF>);
  STATIC_REQUIRE(kHasAffineCharge<LIF>);
  STATIC_REQUIRE(kHasAffineCharge<ILIF>);
  STATIC_REQUIRE(kHasAffineCharge<ATIF>);
  STATIC_REQUIRE(kHasAffineCharge<CUBALIF>);
  STATIC_REQUIRE_FALSE(kHasAffineCharge<ParametricLIF>);  // a product with a learned number
  STATIC_REQUIRE_FALSE(kHasAffineCharge<KLIF>);
  STATIC_REQUIRE_FALSE(kHasAffineCharge<QIF>);
  STATIC_REQUIRE_FALSE(kHasAffineCharge<EIF>);
  STATIC_REQUIRE_FALSE(kHasAffineCharge<Izhikevich>);
}

TEST_CASE("every surrogate has the gradient of its tensor form", "[engine]") {
  at::manual_seed(2);
  for (const auto& surrogate : step_surrogates()) {
    CAPTURE(surrogate->known()->number);
    for (const auto type : {at::kFloat, at::kDouble}) {
      const auto x = currents({6 * 4, 13}, type);
      const auto bars = type == at::kDouble ? kDouble : kWithExp;
      LIF soft;
      soft.v_reset = {};
      check(LIF{}, surrogate, x, 6, bars);
      check(soft, surrogate, x, 6, bars);
    }
  }
}

TEST_CASE("in double precision kernels follow tensor operations to rounding", "[engine]") {
  at::manual_seed(3);
  const auto sigmoid = make_surrogate(Sigmoid{});
  const auto x = currents({16 * 5, 19}, at::kDouble);
  for (const auto& neuron : variants(IF{})) check(neuron, sigmoid, x, 16, kDouble);
  for (const auto& neuron : variants(LIF{})) check(neuron, sigmoid, x, 16, kDouble);
  for (const auto& neuron : variants(ParametricLIF{})) check(neuron, sigmoid, x, 16, kDouble, false);
  for (const auto& neuron : variants(KLIF{})) check(neuron, sigmoid, x, 16, kDouble, false);
  for (const auto& neuron : variants(EIF{})) check(neuron, sigmoid, x, 16, kDouble, false);
  for (const auto& neuron : variants(adapting())) check(neuron, sigmoid, x, 16, kDouble);
}

TEST_CASE("kernels take any memory order, empty input and both step modes", "[engine]") {
  at::manual_seed(4);
  const auto atan = make_surrogate(ATan{});
  const auto x = currents({4 * 3, 6, 5, 7});
  const LIF lif;
  const auto expected = run(lif, atan, x, 4);
  for (const auto& other :
       {x.contiguous(at::MemoryFormat::ChannelsLast), x.transpose(2, 3).contiguous().transpose(2, 3),
        at::cat({x, x}, 3).narrow(3, 0, 7), x.transpose(0, 1).contiguous().transpose(0, 1)}) {
    const auto r = run(lif, atan, other, 4);
    CHECK(at::equal(r.output, expected.output));
    CHECK(at::equal(r.v_seq, expected.v_seq));
    CHECK(deviation(r.gx, expected.gx) <= 1e-6);  // the loss's weights follow the logical order
  }
  CHECK(run(lif, atan, x.contiguous(at::MemoryFormat::ChannelsLast), 4)
            .output.is_contiguous(at::MemoryFormat::ChannelsLast));
  for (const auto& empty : {at::empty({0, 3}), at::empty({8, 0})}) {
    CHECK(run(lif, atan, empty, 4).output.sizes() == empty.sizes());
  }
  CHECK(run(lif, atan, at::rand({4}), 4).output.sizes() == at::IntArrayRef({4}));
}

TEST_CASE("stepping with T = 1 gives the bits of one call", "[engine]") {
  at::manual_seed(5);
  const auto check_steps = [](const auto& neuron, const SurrogatePtr& surrogate) {
    using N = std::decay_t<decltype(neuron)>;
    const auto x = currents({5 * 3, 37}).requires_grad_();
    const auto weight = at::rand({5 * 3, 37});
    NeuronLayer<N> once(neuron, surrogate), stepped(neuron, surrogate);
    const auto all = once.forward({x, 5}).x;
    (all * weight).sum().backward();
    const auto gradient = x.grad().clone();
    x.mutable_grad() = at::Tensor();
    std::vector<at::Tensor> spikes;
    for (const auto& step : x.chunk(5, 0)) spikes.push_back(stepped.forward({step, 1}).x);
    CHECK(at::equal(at::cat(spikes), all));
    CHECK(at::equal(stepped.v(), once.v()));
    (at::cat(spikes) * weight).sum().backward();
    CHECK(at::equal(x.grad(), gradient));
  };
  for (const auto& neuron : variants(LIF{})) check_steps(neuron, make_surrogate(Sigmoid{}));
  for (const auto& neuron : variants(ParametricLIF{})) check_steps(neuron, make_surrogate(ATan{}));
  for (const auto& neuron : variants(CUBALIF{})) check_steps(neuron, make_surrogate(Rect{}));
  for (const auto& neuron : variants(adapting())) check_steps(neuron, make_surrogate(ATan{}));
  check_steps(ILIF{}, make_surrogate(MultiLevelSpikeCount{}));
}

TEST_CASE("gradients pass through the potentials of every step", "[engine]") {
  at::manual_seed(9);
  const auto gradient = [](const auto& neuron, const SurrogatePtr& surrogate, const at::Tensor& given) {
    using N = std::decay_t<decltype(neuron)>;
    NeuronOptions<N> options(neuron);
    options.store_v_seq = true;
    NeuronLayer<N> layer(options, surrogate);
    const auto x = given.clone().requires_grad_();
    const auto y = layer.forward({x, 5}).x;
    (layer.v_seq() * at::linspace(-1, 1, y.numel()).view_as(y)).sum().backward();
    return x.grad();
  };
  const auto x = currents({5 * 3, 37});
  const auto atan = make_surrogate(ATan{});
  const auto compare = [&](const auto& neuron) {
    CHECK(deviation(gradient(neuron, atan, x), gradient(neuron, std::make_shared<Unknown>(atan), x)) <= 2e-6);
  };
  for (const auto& neuron : variants(LIF{})) compare(neuron);
  for (const auto& neuron : variants(CUBALIF{})) compare(neuron);
  for (const auto& neuron : variants(KLIF{})) compare(neuron);
}
