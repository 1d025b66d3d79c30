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
    if (given.repeated) given.x = at::cat(std::vector(static_cast<std::size_t>(given.T), given.x), 0);
    const auto batch = given.x.size(0) / given.T;
    if (given.scale.defined()) {
      std::vector<std::int64_t> sizes(static_cast<std::size_t>(given.x.dim()), 1);
      sizes[1] = given.x.size(1);
      const auto spread = [&](const at::Tensor& numbers) {
        if (numbers.dim() == 1) return numbers.view(sizes);
        sizes[0] = given.T * batch;
        return numbers.repeat_interleave(batch, 0).view(sizes);
      };
      given.x = given.x * spread(given.scale) + spread(given.shift);
    }
    auto result = tensor_steps(neuron, make_surrogate(surrogate), given);
    auto& y = result.output;
    if (given.mask.defined()) y = y * at::cat(std::vector(static_cast<std::size_t>(given.T), given.mask), 0);
    const auto& [height, width] = given.window;
    if (height > 0) y = y.dim() == 4 ? at::max_pool2d(y, {height, width}) : at::max_pool1d(y, {width});
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

TEST_CASE("source and sink do what a scale, a shift, factors and a max pool do", "[engine]") {
  at::manual_seed(7);
  const auto with_affine = GENERATE(as<std::string>(), "none", "per channel", "per step and channel");
  const auto has_mask = GENERATE(false, true);
  const auto repeated = GENERATE(false, true);
  const std::int64_t T = GENERATE(3, 9);                          // and more than the engine prepares at once
  if (repeated && with_affine == "per step and channel") return;  // refused
  const auto compare = [&](at::Tensor x, Window window) {
    CAPTURE(c10::str(x.sizes(), x.strides()), T, window.height, window.width, with_affine, has_mask, repeated);
    MultiStepInput input;
    input.T = T;
    input.x = x;
    input.repeated = repeated;
    input.window = window;
    const auto sizes = with_affine == "per channel" ? std::vector{x.size(1)} : std::vector{input.T, x.size(1)};
    if (with_affine != "none") {
      input.scale = at::rand(sizes) + .5;
      input.shift = at::rand(sizes) - .5;
    }
    const auto step = repeated ? x : x.narrow(0, 0, x.size(0) / T);
    if (has_mask) input.mask = at::rand(step.sizes()).gt(.3).to(at::kFloat) * 1.5;
    check_close(fused(LIF{}, input), by_tensors(LIF{}, input));
    input.state = {at::rand_like(step), at::rand_like(step)};
    check_close(fused(CUBALIF{}, input), by_tensors(CUBALIF{}, input));
  };
  for (const auto& x :
       {currents({T * 2, 3, 8, 10}), currents({T * 2, 5, 7, 9}), currents({T, 40, 5, 33}), currents({T, 16, 6, 6})}) {
    for (const auto window : {Window{}, Window{1, 2}, Window{2, 2}, Window{1, 4}, Window{3, 2}, Window{2, 5}}) {
      compare(x, window);
      compare(x.contiguous(at::MemoryFormat::ChannelsLast), window);
    }
  }
  for (const auto window : {Window{}, Window{1, 2}, Window{1, 4}, Window{1, 7}}) {
    compare(currents({T * 2, 5, 13}), window);
    compare(currents({T * 2, 5, 1, 12}).contiguous(at::MemoryFormat::ChannelsLast).squeeze(2), window);
  }
  compare(currents({T * 4, 9}), {});
  compare(currents({T, 2, 2, 2}), {2, 2});
}

TEST_CASE("rows of any length reach the output through a mask, a pool and bfloat16", "[engine]") {
  at::manual_seed(11);
  for (const std::int64_t T : {1, 4, 16}) {
    for (std::int64_t n = 1; n < 1400; n = n < 40 ? n + 1 : n + 17) {
      CAPTURE(T, n);
      MultiStepInput input;
      input.T = T;
      input.x = currents({T, n});
      const auto expected = multi_step(engine_neuron(IF{}, any_surrogate(ATan{})), input).output;
      auto masked = input;
      masked.mask = at::full({1, n}, 2);
      const auto engine = engine_neuron(IF{}, any_surrogate(ATan{}));
      REQUIRE(at::equal(multi_step(engine, masked).output, expected * 2));
      auto narrow = input;
      narrow.x = input.x.to(at::kBFloat16);
      auto wide = input;
      wide.x = narrow.x.to(at::kFloat);
      REQUIRE(at::equal(multi_step(engine, narrow).output.to(at::kFloat), multi_step(engine, wide).output));
    }
  }
  MultiStepInput pooled;
  pooled.x = currents({4, 1, 4, 4});
  pooled.T = 4;
  pooled.window = {2, 2};
  check_close(fused(LIF{}, pooled), by_tensors(LIF{}, pooled));
  // One sample that is repeated, stored in an order whose first stride tells nothing.
  MultiStepInput repeated;
  repeated.x = currents({3, 2, 4, 1}).permute({3, 1, 0, 2});
  repeated.T = 4;
  repeated.repeated = true;
  check_close(fused(LIF{}, repeated), by_tensors(LIF{}, repeated));
}

TEST_CASE("sink and source take images whose order of memory no stride tells", "[engine]") {
  MultiStepInput single;
  single.x = currents({6, 8, 5}).permute({2, 0, 1}).unsqueeze(0);
  single.window = {2, 2};
  check_close(fused(LIF{}, single), by_tensors(LIF{}, single));
}

TEST_CASE("the first maximum of a window gets the gradient, NaN counts as the largest", "[engine]") {
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  // Every window of two and four values out of 0, 1 and NaN, in both orders of memory.
  std::vector<float> values;
  for (int code = 0; code < 81; ++code) {
    for (int k = 0, rest = code; k < 4; ++k, rest /= 3)
      values.push_back(rest % 3 == 2 ? nan : static_cast<float>(rest % 3));
  }
  const auto x = at::tensor(values).view({81, 1, 2, 2}).expand({81, 24, 2, 2});
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_available(set)) continue;
    const auto* const kernels = &common_kernels(set).f32;
    for (const auto window : {Window{2, 2}, Window{1, 2}}) {
      for (const bool channels_last : {false, true}) {
        const auto images =
            (channels_last ? x.contiguous(at::MemoryFormat::ChannelsLast) : x.contiguous()).requires_grad_();
        const auto expected = at::max_pool2d(images, {window.height, window.width});
        const auto g = at::rand_like(expected);
        expected.backward(g);
        auto y = at::empty_like(expected), gx = at::empty_like(images);
        const std::int64_t inner = channels_last ? 24 : 1, length = 2 * inner;
        const auto blocks = images.numel() / (2 * length) * (2 / window.height);
        for (std::int64_t b = 0; b < blocks; ++b) {
          const WindowRow row{inner, inner, length, window};
          const auto at = b * window.height * length;
          kernels->pool(row, images.const_data_ptr<float>() + at, y.mutable_data_ptr<float>() + b * inner);
          kernels->unpool(row, images.const_data_ptr<float>() + at, g.const_data_ptr<float>() + b * inner,
                          gx.mutable_data_ptr<float>() + at);
        }
        CHECK(at::allclose(y, expected, 0, 0, /*equal_nan=*/true));
        CHECK(at::equal(gx, images.grad()));
      }
    }
  }
}

TEST_CASE("bfloat16 is stored, float is computed", "[engine]") {
  at::manual_seed(8);
  MultiStepInput input;
  input.T = 4;
  input.x = currents({4 * 3, 5, 6, 7}).to(at::kBFloat16);
  for (const auto window : {Window{}, Window{2, 2}}) {
    input.window = window;
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
  refused([](auto& i) { i.scale = i.shift = at::rand({4, 3}); });
  refused([](auto& i) { i.scale = i.shift = at::rand({2, 3}), i.repeated = true; });
  refused([](auto& i) { i.mask = at::rand({4, 3, 8}); });
  refused([](auto& i) { i.window = {2, 2}; });
  refused([](auto& i) { i.x = at::rand({4, 3, 8, 8}), i.window = {3, 8}; });
  refused([](auto& i) { i.learned = {at::rand({})}; });
  input.state = {at::empty({2, 3, 8}, at::TensorOptions(at::kFloat).device(at::kMeta))};
  CHECK_THROWS_WITH(multi_step(engine, input), contains("a state is on meta, the input on cpu"));
  const auto learning = engine_neuron(ParametricLIF{}, any_surrogate(ATan{}));
  input.state.clear();
  CHECK_THROWS_WITH(multi_step(learning, input), contains("has 1 learned numbers, gets 0"));
  input.learned = {at::rand({2})};
  CHECK_THROWS_WITH(multi_step(learning, input), contains("a learned number has size [2]"));
}
