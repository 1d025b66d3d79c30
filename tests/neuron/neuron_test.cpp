#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using neuron::IF;
using neuron::LIF;

namespace {

template <class N>
auto make(const N& n) {
  neuron::NeuronOptions<N> options(n);
  options.store_v_seq = true;
  const auto sigmoid = std::make_shared<neuron::BuiltinSurrogate<neuron::Sigmoid>>(neuron::Sigmoid{});
  return std::make_shared<neuron::NeuronLayer<N>>(options, sigmoid);
}

IF make_if(config::RealOrFalse v_reset) {
  IF n;
  n.v_reset = v_reset;
  return n;
}

LIF make_lif(config::RealOrFalse v_reset, bool decay_input) {
  LIF n;
  n.v_reset = v_reset;
  n.decay_input = decay_input;
  return n;
}

struct Row {
  std::vector<float> spikes, v;
};

template <class N>
void check_row(const N& n, const Row& expected) {
  const auto layer = make(n);
  const auto x = at::tensor({1.5f, .75f, 1.f, 2.f, .5f, 2.5f}).view({6, 1});
  const auto out = layer->forward({x, 6});
  CHECK(at::equal(out.x.flatten(), at::tensor(expected.spikes)));
  CHECK(at::equal(layer->v_seq().flatten(), at::tensor(expected.v)));
}

}  // namespace

// Worked by hand with exact (dyadic) numbers: X = 1.5 .75 1 2 .5 2.5, threshold 1, tau 2.
TEST_CASE("IF and LIF follow their equations step by step", "[neuron]") {
  check_row(make_if(0.), {{1, 0, 1, 1, 0, 1}, {0, .75, 0, 0, .5, 0}});
  check_row(make_if({}), {{1, 1, 1, 1, 1, 1}, {.5, .25, .25, 1.25, .75, 2.25}});
  check_row(make_lif(0., true), {{0, 0, 0, 1, 0, 1}, {.75, .75, .875, 0, .25, 0}});
  check_row(make_lif({}, true), {{0, 0, 0, 1, 0, 1}, {.75, .75, .875, .4375, .46875, .484375}});
  check_row(make_lif(-.5, true), {{0, 0, 0, 0, 0, 1}, {.25, .25, .375, .9375, .46875, -.5}});
  check_row(make_lif(0., false), {{1, 0, 1, 1, 0, 1}, {0, .75, 0, 0, .5, 0}});
  check_row(make_lif({}, false), {{1, 1, 1, 1, 1, 1}, {.5, 0, 0, 1, 0, 1.5}});
  check_row(make_lif(-.5, false), {{1, 0, 0, 1, 0, 1}, {-.5, .25, .875, -.5, 0, -.5}});
}

TEST_CASE("stepping with T = 1 gives the spikes and gradients of one call", "[neuron]") {
  for (const bool detach : {false, true}) {
    auto options = make_lif({}, true);
    options.detach_reset = detach;
    const auto x = (at::rand({5, 3, 4}) * 2).requires_grad_();
    const auto weight = at::rand({5, 3, 4});
    const auto once = make(options);
    const auto all = once->forward({x.flatten(0, 1), 5}).x.view({5, 3, 4});
    (all * weight).sum().backward();
    const auto gradient = x.grad().clone();
    x.mutable_grad() = at::Tensor();

    const auto stepped = make(options);
    std::vector<at::Tensor> spikes;
    for (const auto& step : x.unbind(0)) spikes.push_back(stepped->forward({step, 1}).x);
    CHECK(at::equal(at::stack(spikes), all));
    (at::stack(spikes) * weight).sum().backward();
    CHECK(at::allclose(x.grad(), gradient, 1e-6, 1e-7));
  }
}

TEST_CASE("the potential is kept until reset, and starts afresh for another shape", "[neuron]") {
  const auto layer = make(make_if(0.));
  const auto half = at::full({1, 2}, 0.5f);
  CHECK(layer->forward({half, 1}).x.sum().item<float>() == 0);
  CHECK(layer->forward({half, 1}).x.sum().item<float>() == 2);
  layer->forward({half, 1});
  layer->reset();
  CHECK_FALSE(layer->v().defined());
  CHECK(layer->forward({half, 1}).x.sum().item<float>() == 0);
  CHECK(layer->forward({at::full({3, 2}, 0.5f), 1}).x.sum().item<float>() == 0);
}

TEST_CASE("variants of IF and LIF follow their equations", "[neuron]") {
  const auto registries = registry::builtin_registries();
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto build = [&](const char* kind, const char* params) {
    return registries.neurons.make({kind, {config::parse_text(params, "f"), "p"}, {}, "neuron"}, context);
  };
  const auto x = at::tensor({.6f, -.2f, .5f, .1f, .3f, 2.f}).view({3, 2});
  const auto run = [&](const auto& neuron) { return neuron->forward({x, 3}).x.flatten(); };
  // v: .5 + .6 fires, .1 + .5, .6 + .3;  .5 - .2, .3 + .1, .4 + 2 fires
  CHECK(at::equal(run(build("HalfThresholdIFNode", "")), at::tensor({1.f, 0.f, 0.f, 0.f, 0.f, 1.f})));

  const auto learned = build("IFSRL", "vth_init_l = 0.5\nvth_init_h = 0.5");
  REQUIRE(learned->named_parameters().keys() == std::vector<std::string>{"vp_th"});
  CHECK(learned->parameters()[0].item<float>() == Approx(.5));
  // v: .6 fires, .1 + .5 fires, .1 + .3;  -.2, -.1, 1.9 fires
  CHECK(at::equal(run(learned), at::tensor({1.f, 0.f, 1.f, 0.f, 0.f, 1.f})));

  // h: .3, .15 + .25, .2 + .15;  -.1, -.05 + .05, 1
  const auto h = at::tensor({.3f, -.1f, .4f, 0.f, .35f, 1.f});
  CHECK(at::allclose(run(build("LIAFNode", "threshold_related = false")), h.relu()));
  CHECK(at::allclose(run(build("LIAFNode", "act = 'sigmoid'\nv_threshold = 2.0")), (h - 2).sigmoid()));
  CHECK(at::allclose(run(build("LIAFNode", "act = 'identity'")), h - 1));
  CHECK_THROWS_WITH(build("LIAFNode", "act = 'tanh'"), contains("must be one of \"relu\", \"sigmoid\""));
  CHECK_THROWS_WITH(build("QIFNode", "v_reset = 0.1"), contains("v_reset must be below v_threshold, and not above"));
}

TEST_CASE("a complete sequence goes on from the potential and leaves none", "[neuron]") {
  const auto layer = make(make_if(0.));
  const auto half = at::full({1, 2}, 0.5f);
  layer->forward({half, 1});
  const auto output = layer->forward({.x = half, .T = 1, .complete = true});
  CHECK(output.x.sum().item<float>() == 2);
  CHECK(output.complete);
  CHECK_FALSE(layer->v().defined());
  CHECK(layer->states().empty());
}

TEST_CASE("a potential on the threshold fires, and NaN never does", "[neuron]") {
  const auto x = at::tensor({1.f, std::nextafter(1.f, 0.f), std::numeric_limits<float>::quiet_NaN()}).view({1, 3});
  CHECK(at::equal(make(make_if(0.))->forward({x, 1}).x, at::tensor({1.f, 0.f, 0.f}).view({1, 3})));
}

TEST_CASE("in evaluation no gradient passes through spikes", "[neuron]") {
  const auto layer = make(make_if(0.));
  const auto x = at::rand({4, 3}).requires_grad_();
  CHECK(layer->forward({x, 2}).x.requires_grad());
  layer->reset();
  layer->eval();
  CHECK_FALSE(layer->forward({x, 2}).x.requires_grad());
}

TEST_CASE("repeated, empty, non-contiguous and channels-last inputs are treated alike", "[neuron]") {
  const auto run = [](const at::Tensor& x, std::int64_t T, bool repeated = false) {
    return make(make_lif({}, true))->forward({x, T, repeated}).x;
  };
  const auto x = at::rand({6, 2, 3, 4}) * 2;
  CHECK(at::equal(run(x.transpose(2, 3).contiguous().transpose(2, 3), 3), run(x, 3)));
  const auto channels_last = run(x.contiguous(at::MemoryFormat::ChannelsLast), 3);
  CHECK(at::equal(channels_last, run(x, 3)));
  CHECK(channels_last.is_contiguous(at::MemoryFormat::ChannelsLast));
  CHECK(at::equal(run(x, 4, true), run(x.repeat({4, 1, 1, 1}), 4)));
  CHECK(run(at::empty({0, 3}), 4).sizes() == at::IntArrayRef({0, 3}));
  CHECK_THROWS_AS(run(at::rand({5, 3}), 2), ShapeError);
}

TEST_CASE("PoissonPass fires as often as its argument says", "[neuron]") {
  at::manual_seed(3);
  const auto registries = registry::builtin_registries();
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto poisson = registries.surrogates.make({"PoissonPass", {{}, "surrogate.params"}, {}, "surrogate"}, context);
  const auto u = at::full({20000}, 0.3).requires_grad_();
  const auto spikes = neuron::spike(u, poisson);
  CHECK(((spikes == 0) | (spikes == 1)).all().item<bool>());
  CHECK(spikes.mean().item<double>() == Approx(0.3).margin(0.02));
  spikes.sum().backward();
  CHECK(at::equal(u.grad(), at::ones_like(u)));
}

TEST_CASE("a neuron is built from its table", "[neuron]") {
  const auto registries = registry::builtin_registries();
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto build = [&](const std::string& kind, config::Value::Table params) {
    return registries.neurons.make({kind, {config::Value(std::move(params), {}), "p"}, {}, "neuron"}, context);
  };
  const auto made = build("LIFNode", {{"step_mode", {}, {std::string("m"), {}}},
                                      {"v_reset", {}, {false, {}}},
                                      {"backend", {}, {std::string("cupy"), {}}},
                                      {"surrogate", {}, {std::string("ATan"), {}}}});
  CHECK(made->step_mode() == StepMode::kMulti);
  CHECK(made->kind() == "LIFNode");
  CHECK_THROWS_WITH(build("LIFNode", {{"tau", {}, {1.0, {}}}}), contains("must be > 1"));
  CHECK_THROWS_WITH(build("IFNode", {{"tau", {}, {2.0, {}}}}), contains("unknown key"));
  CHECK_THROWS_WITH(build("IFNode", {{"surrogate", {}, {std::string("Sigmiod"), {}}}}),
                    contains("did you mean \"Sigmoid\"?"));
  CHECK_THROWS_WITH(build("IFNode", {{"surrogate", {}, {std::string("Circle"), {}}}}),
                    contains("surrogate.kind = \"Circle\": unknown surrogate"));
  CHECK_THROWS_WITH(build("PSN", {}), contains("missing; expected: integer"));
  const auto levels = [](double low, double high) {
    const config::Value window(config::Value::List{{low, {}}, {high, {}}}, {});
    const config::Value params(config::Value::Table{{"grad_window", {}, window}}, {});
    return config::Value(
        config::Value::Table{{"kind", {}, {std::string("MultiLevelSpikeCount"), {}}}, {"params", {}, params}}, {});
  };
  CHECK(build("ILIFNode", {{"surrogate", {}, levels(0, 2)}})->kind() == "ILIFNode");
  CHECK_THROWS_WITH(build("ILIFNode", {{"surrogate", {}, levels(2, 0)}}), contains("the lower first"));
}
