#include <ATen/Parallel.h>

#include <cmath>
#include <limits>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/number.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/tensor_steps.h"
#include "tests/neuron/reference.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::neuron;

namespace {

struct Evaluated {
  MultiStepOutput result;
  at::Tensor gx, gscale, gshift;
  std::vector<at::Tensor> glearned, gstate;
};

at::Tensor leaf(const at::Tensor& x) { return x.defined() ? x.detach().clone().requires_grad_() : x; }

/// Runs a call forward and backward; the loss weighs outputs and final states.
template <class F>
Evaluated evaluate(MultiStepInput input, F call) {
  input.x = leaf(input.x);
  input.scale = leaf(input.scale);
  input.shift = leaf(input.shift);
  for (auto& learned : input.learned) learned = leaf(learned);
  for (auto& state : input.state) state = leaf(state);
  Evaluated e;
  e.result = call(input);
  const auto& y = e.result.output;
  auto loss = (y.to(at::kFloat) * at::linspace(-1, 1, y.numel()).view_as(y)).sum();
  for (const auto& state : e.result.state) loss = loss + state.sum() * 0.5;
  loss.backward();
  e.gx = input.x.grad();
  if (input.scale.defined()) e.gscale = input.scale.grad(), e.gshift = input.shift.grad();
  for (const auto& learned : input.learned) e.glearned.push_back(learned.grad());
  for (const auto& state : input.state) e.gstate.push_back(state.grad());
  return e;
}

template <class N, class S = ATan>
Evaluated fused(const N& neuron, const MultiStepInput& input, const S& surrogate = {},
                InstructionSet set = instruction_set()) {
  return evaluate(input, [&](const MultiStepInput& given) {
    auto engine = engine_neuron(neuron, any_surrogate(surrogate));
    engine.set = set;
    return multi_step(engine, given);
  });
}

/// The same by tensor operations.
template <class N, class S = ATan>
Evaluated by_tensors(const N& neuron, const MultiStepInput& input, const S& surrogate = {}) {
  return evaluate(input, [&](MultiStepInput given) {
    if (given.scale.defined()) {
      std::vector<std::int64_t> sizes(static_cast<std::size_t>(given.x.dim()), 1);
      sizes[1] = given.x.size(1);
      given.x = given.x * given.scale.view(sizes) + given.shift.view(sizes);
    }
    auto result = tensor_steps(neuron, make_surrogate(surrogate), given);
    if (given.pool_height > 0) {
      auto& y = result.output;
      y = y.dim() == 4 ? at::max_pool2d(y, {given.pool_height, 2}) : at::max_pool1d(y, {2});
    }
    return result;
  });
}

void check_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::equal(a[i], b[i]));
}

void check_same_bits(const Evaluated& a, const Evaluated& b) {
  CHECK(at::equal(a.result.output, b.result.output));
  CHECK(at::equal(a.gx, b.gx));
  if (a.gscale.defined()) CHECK((at::equal(a.gscale, b.gscale) && at::equal(a.gshift, b.gshift)));
  check_equal(a.result.state, b.result.state);
  check_equal(a.glearned, b.glearned);
  check_equal(a.gstate, b.gstate);
}

void check_close(const Evaluated& a, const Evaluated& b, double bar = 2e-6) {
  CHECK(at::equal(a.result.output, b.result.output));
  check_equal(a.result.state, b.result.state);
  CHECK(deviation(a.gx, b.gx) <= bar);
  if (a.gscale.defined()) CHECK((deviation(a.gscale, b.gscale) <= 1e-5 && deviation(a.gshift, b.gshift) <= 1e-5));
  REQUIRE(a.gstate.size() == b.gstate.size());
  for (std::size_t k = 0; k < a.gstate.size(); ++k) CHECK(deviation(a.gstate[k], b.gstate[k]) <= bar);
}

/// Checks one call on one to three threads and on every instruction set.
template <class N, class S>
void check_bits(const N& neuron, const MultiStepInput& input, const S& surrogate) {
  const auto threads = at::get_num_threads();
  const auto expected = fused(neuron, input, surrogate);
  for (const int n : {1, 2, 3}) {
    at::set_num_threads(n);
    check_same_bits(fused(neuron, input, surrogate), expected);
  }
  at::set_num_threads(threads);
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (is_available(set)) {
      check_same_bits(fused(neuron, input, surrogate, set), expected);
    } else {
      WARN(to_string(set) + " is not there: not compared");
    }
  }
}

}  // namespace

TEST_CASE("bits depend neither on the run, nor on threads, nor on the instruction set", "[engine]") {
  at::manual_seed(6);
  MultiStepInput input;
  input.T = 6;
  input.x = currents({6 * 16, 12, 14, 15}).contiguous(at::MemoryFormat::ChannelsLast);
  check_bits(LIF{}, input, Sigmoid{});
  check_bits(CUBALIF{}, input, Rect{});
  input.learned = {at::tensor({.9f})};
  check_bits(ATIF{}, input, Sigmoid{1});
  input.scale = at::rand({12}) + .5;
  input.shift = at::rand({12}) - .5;
  input.learned = {at::tensor(.3f)};
  check_bits(ParametricLIF{}, input, ATan{});
}

TEST_CASE("many blocks, long sequences and tensors beyond the caches", "[engine]") {
  at::manual_seed(10);
  for (const auto& [T, neurons] : {std::pair{5, 70001}, std::pair{16, 17003}, std::pair{64, 9001}}) {
    CAPTURE(T, neurons);
    MultiStepInput input;
    input.T = T;
    input.x = currents({T, 1, neurons});
    input.state = {at::rand({1, 1, neurons})};
    check_close(fused(LIF{}, input), by_tensors(LIF{}, input));
    check_close(fused(LIF{}, input, Sigmoid{}), by_tensors(LIF{}, input, Sigmoid{}), 1e-5);
    input.scale = at::tensor({.9f});
    input.shift = at::tensor({.1f});
    check_close(fused(LIF{}, input), by_tensors(LIF{}, input));
    input.state.push_back(at::rand({1, 1, neurons}));
    check_close(fused(CUBALIF{}, input, ATan{}), by_tensors(CUBALIF{}, input, ATan{}));
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
    check_close(fused(LIF{}, input), by_tensors(LIF{}, input));
    const auto step = x.narrow(0, 0, x.size(0) / 3);
    input.state = {at::rand_like(step), at::rand_like(step)};
    check_close(fused(CUBALIF{}, input), by_tensors(CUBALIF{}, input));
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
  // One image stored with channels last, without strides that say so.
  MultiStepInput single;
  single.x = currents({6, 8, 5}).permute({2, 0, 1}).unsqueeze(0);
  single.pool_height = 2;
  check_close(fused(LIF{}, single), by_tensors(LIF{}, single));
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

TEST_CASE("2^y of what is not positive follows the exact power", "[engine]") {
  const auto compare = []<class R>(R, double lowest, double bar) {
    using T = typename R::Value;
    for (double y = 0; y >= lowest; y += lowest / 5000) {
      T values[R::kWidth];
      for (auto& value : values) value = static_cast<T>(y);
      exp2_of_negative(R::load(values)).store(values);
      const double exact = std::exp2(static_cast<double>(static_cast<T>(y)));
      for (const auto value : values) REQUIRE(std::abs(static_cast<double>(value) / exact - 1) < bar);
    }
  };
  compare(Lane<float>(0.), -126, 4e-7);
  compare(Lanes<float>(0.), -126, 4e-7);
  compare(Lane<double>(0.), -1020, 1e-12);
  compare(Lanes<double>(0.), -1020, 1e-12);
  const auto at_float = [](float y) { return exp2_of_negative(Lane<float>::of(y)).v; };
  CHECK(at_float(-1e30f) < 1.2e-38f);
  CHECK(at_float(-std::numeric_limits<float>::infinity()) < 1.2e-38f);
  CHECK(at_float(-0.f) == Approx(1));
  CHECK(std::isnan(at_float(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("second derivatives are refused", "[engine]") {
  MultiStepInput input;
  input.x = at::rand({3, 5}).requires_grad_();
  const auto y = multi_step(engine_neuron(LIF{}, any_surrogate(ATan{})), input).output;
  CHECK_THROWS_WITH(y.sum().backward({}, {}, /*create_graph=*/true), contains("no second derivative"));
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
  refused([](auto& i) { i.x = at::rand({4, 3, 8, 8}), i.pool_height = 3; });
  refused([](auto& i) { i.learned = {at::rand({})}; });
  input.state = {at::empty({2, 3, 8}, at::TensorOptions(at::kFloat).device(at::kMeta))};
  CHECK_THROWS_WITH(multi_step(engine, input), contains("a state is on meta, the input on cpu"));
  const auto learning = engine_neuron(ParametricLIF{}, any_surrogate(ATan{}));
  input.state.clear();
  CHECK_THROWS_WITH(multi_step(learning, input), contains("has 1 learned numbers, gets 0"));
  input.learned = {at::rand({2})};
  CHECK_THROWS_WITH(multi_step(learning, input), contains("a learned number has size [2]"));
}
