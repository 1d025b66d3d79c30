#include <ATen/Parallel.h>

#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::neuron;

namespace {

/// A surrogate that the kernels do not know: tensor operations run its neurons, which makes them the reference.
class Unknown final : public Surrogate {
 public:
  explicit Unknown(std::shared_ptr<const Surrogate> inner) : inner_(std::move(inner)) {}
  at::Tensor fire(const at::Tensor& u) const override { return inner_->fire(u); }
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& u) const override { return inner_->backward(grad, u); }

 private:
  std::shared_ptr<const Surrogate> inner_;
};

using SurrogatePtr = std::shared_ptr<const Surrogate>;

template <class S>
SurrogatePtr make_surrogate(const S& surrogate) {
  return std::make_shared<BuiltinSurrogate<S>>(surrogate);
}

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
          make_surrogate(Rect{})};
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

double deviation(const at::Tensor& a, const at::Tensor& b) {
  if (b.numel() == 0) return 0;
  return (a - b).abs().max().item<double>() / std::max(b.abs().max().item<double>(), 1e-30);
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

at::Tensor currents(at::IntArrayRef sizes, at::ScalarType type = at::kFloat) {
  return at::rand(sizes, type) * 1.6 - .2;
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
  const auto levels = make_surrogate(MultiLevelSpikeCount{});
  check(ILIF{}, levels, x * 3, 7, kFloat);
  check(ATIF{}, make_surrogate(Sigmoid{1}), x, 7, kWithExp);
  // Reset with spikes of any number.
  for (const auto& neuron : variants(LIF{})) check(neuron, levels, x * 2, 7, kFloat);
  for (const auto& neuron : variants(IF{})) check(neuron, make_surrogate(DeterministicPass{}), x, 1, kFloat);
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
  check_steps(ILIF{}, make_surrogate(MultiLevelSpikeCount{}));
}

namespace {

struct Fused {
  MultiStepOutput result;
  at::Tensor gx, gscale, gshift, glearned;
};

template <class N>
Fused fused(const N& neuron, MultiStepInput input, InstructionSet set = instruction_set()) {
  auto engine = engine_neuron(neuron, any_surrogate(ATan{}));
  engine.set = set;
  Fused f;
  input.x = input.x.detach().requires_grad_();
  if (input.scale.defined()) {
    input.scale = input.scale.detach().requires_grad_();
    input.shift = input.shift.detach().requires_grad_();
  }
  for (auto& learned : input.learned) learned = learned.detach().requires_grad_();
  f.result = multi_step(engine, input);
  const auto& y = f.result.output;
  (y.to(at::kFloat) * at::linspace(-1, 1, y.numel()).view_as(y)).sum().backward();
  f.gx = input.x.grad();
  if (input.scale.defined()) f.gscale = input.scale.grad(), f.gshift = input.shift.grad();
  if (!input.learned.empty()) f.glearned = input.learned[0].grad();
  return f;
}

void check_same(const Fused& a, const Fused& b) {
  CHECK(at::equal(a.result.output, b.result.output));
  CHECK(at::equal(a.result.state[0], b.result.state[0]));
  CHECK(at::equal(a.gx, b.gx));
  if (a.gscale.defined()) CHECK((at::equal(a.gscale, b.gscale) && at::equal(a.gshift, b.gshift)));
  if (a.glearned.defined()) CHECK(at::equal(a.glearned, b.glearned));
}

}  // namespace

TEST_CASE("bits depend neither on the run, nor on threads, nor on the instruction set", "[engine]") {
  at::manual_seed(6);
  MultiStepInput input;
  input.T = 6;
  input.x = currents({6 * 16, 12, 14, 15}).contiguous(at::MemoryFormat::ChannelsLast);
  input.scale = at::rand({12}) + .5;
  input.shift = at::rand({12}) - .5;
  input.learned = {at::tensor(.3f)};
  const auto threads = at::get_num_threads();
  const auto expected = fused(ParametricLIF{}, input);
  check_same(fused(ParametricLIF{}, input), expected);
  for (const int n : {1, 2, 3}) {
    at::set_num_threads(n);
    check_same(fused(ParametricLIF{}, input), expected);
  }
  at::set_num_threads(threads);
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_available(set)) {
      WARN(to_string(set) + " is not there: not compared");
      continue;
    }
    check_same(fused(ParametricLIF{}, input, set), expected);
  }
}

TEST_CASE("source and sink do what a scale, a shift and a max pool do", "[engine]") {
  at::manual_seed(7);
  const auto compare = [](at::Tensor x, int pool_height, bool affine) {
    CAPTURE(c10::str(x.sizes(), x.strides()), pool_height, affine);
    MultiStepInput input;
    input.T = 3;
    input.x = x;
    input.pool_height = pool_height;
    if (affine) {
      input.scale = at::rand({x.size(1)}) + .5;
      input.shift = at::rand({x.size(1)}) - .5;
    }
    const auto f = fused(LIF{}, input);

    const auto leaf = x.detach().clone().requires_grad_();
    auto scale = input.scale, shift = input.shift, y = leaf;
    if (affine) {
      scale = scale.clone().requires_grad_();
      shift = shift.clone().requires_grad_();
      std::vector<std::int64_t> sizes(static_cast<std::size_t>(x.dim()), 1);
      sizes[1] = x.size(1);
      y = leaf * scale.view(sizes) + shift.view(sizes);
    }
    NeuronLayer<LIF> layer(LIF{}, std::make_shared<Unknown>(make_surrogate(ATan{})));
    auto out = layer.forward({y, 3}).x;
    if (pool_height > 0) out = x.dim() == 4 ? at::max_pool2d(out, {pool_height, 2}) : at::max_pool1d(out, {2});
    CHECK(at::equal(f.result.output, out));
    (out * at::linspace(-1, 1, out.numel()).view_as(out)).sum().backward();
    CHECK(deviation(f.gx, leaf.grad()) <= 2e-6);
    if (affine) CHECK((deviation(f.gscale, scale.grad()) <= 1e-5 && deviation(f.gshift, shift.grad()) <= 1e-5));
  };
  for (const bool affine : {false, true}) {
    for (const auto& x :
         {currents({3 * 2, 3, 8, 10}), currents({3 * 2, 5, 7, 9}), currents({3, 2, 2, 2}), currents({3, 40, 5, 33})}) {
      for (const int pool_height : {0, 1, 2}) {
        if (!affine && pool_height == 0) continue;
        compare(x, pool_height, affine);
        compare(x.contiguous(at::MemoryFormat::ChannelsLast), pool_height, affine);
      }
    }
    compare(currents({3 * 2, 5, 13}), 1, affine);
    compare(currents({3 * 2, 5, 1, 12}).contiguous(at::MemoryFormat::ChannelsLast).squeeze(2), 1, affine);
  }
  compare(currents({3 * 4, 9}), 0, true);
  compare(currents({3 * 2, 5, 13}), 0, true);
}

TEST_CASE("bfloat16 is stored, float is computed", "[engine]") {
  at::manual_seed(8);
  MultiStepInput input;
  input.T = 4;
  input.x = currents({4 * 3, 5, 6, 7}).to(at::kBFloat16);
  for (const int pool_height : {0, 2}) {
    input.pool_height = pool_height;
    auto wide = input;
    wide.x = input.x.to(at::kFloat);
    const auto narrow = fused(LIF{}, input), expected = fused(LIF{}, wide);
    CHECK(narrow.result.output.scalar_type() == at::kBFloat16);
    CHECK(at::equal(narrow.result.output.to(at::kFloat), expected.result.output));
    CHECK(at::equal(narrow.result.state[0], expected.result.state[0]));
    // The gradient of the output is rounded before it arrives, that of the input when it leaves.
    CHECK(deviation(narrow.gx.to(at::kFloat), expected.gx) <= 1e-2);
  }
  const auto half = NeuronLayer<LIF>(LIF{}, make_surrogate(ATan{})).forward({input.x.to(at::kHalf), 4}).x;
  CHECK(half.scalar_type() == at::kHalf);  // by tensor operations
}

TEST_CASE("spike counts tell silent, always firing and binary", "[engine]") {
  const auto x = at::tensor({0.f, 1.f, 1.f, 0.f, 1.f, 0.f, 0.f, 1.f, 0.f}).view({3, 3});
  for (const bool known : {true, false}) {
    const auto atan = make_surrogate(ATan{});
    NeuronLayer<IF> layer(IF{}, known ? atan : std::make_shared<Unknown>(atan));
    CHECK_FALSE(layer.counts());
    layer.set_counting(true);
    layer.forward({x, 3});
    const auto counts = layer.counts().value();
    CHECK(counts.neurons == 3);
    CHECK(counts.spikes == 4);
    CHECK(counts.silent == 1);
    CHECK(counts.always_on == 1);
    CHECK(counts.binary_input);
    layer.reset();
    layer.forward({x * .25, 3});
    CHECK(layer.counts()->silent == 3);
    CHECK_FALSE(layer.counts()->binary_input);
  }
}

TEST_CASE("the engine refuses what does not fit", "[engine]") {
  const auto engine = engine_neuron(LIF{}, any_surrogate(ATan{}));
  MultiStepInput input;
  input.T = 2;
  input.x = at::rand({4, 3, 8});
  const auto refused = [&](auto change) {
    auto wrong = input;
    change(wrong);
    CHECK_THROWS_AS(multi_step(engine, wrong), ShapeError);
  };
  refused([](auto& i) { i.T = 3; });
  refused([](auto& i) { i.state = {at::rand({2, 4, 8})}; });
  refused([](auto& i) { i.state = {at::rand({2, 3, 8}), at::rand({2, 3, 8})}; });
  refused([](auto& i) { i.scale = i.shift = at::rand({4}); });
  refused([](auto& i) { i.pool_height = 2; });
}
