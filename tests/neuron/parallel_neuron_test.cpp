#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/gated_lif.h"
#include "qualia_snn/neuron/masked_psn.h"
#include "qualia_snn/neuron/psn.h"
#include "qualia_snn/neuron/sliding_psn.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::neuron;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const config::BuildContext kContext{kRegistries, {}, {}, at::kCPU, {}};

/// Steps through x one by one.
at::Tensor step_by_step(SpikingNeuron& neuron, const at::Tensor& x, std::int64_t T) {
  neuron.reset();
  std::vector<at::Tensor> spikes;
  for (const auto& step : x.chunk(T, 0)) spikes.push_back(neuron.forward({step, 1}).x);
  return at::cat(spikes);
}

}  // namespace

TEST_CASE("parallel neurons weigh the inputs of all steps", "[neuron][psn]") {
  // Two steps of one sample with three places.
  const auto x = at::tensor({1.f, 0.f, 3.f, 0.f, 2.f, 3.f}).view({2, 3});
  PSN::Options two;
  two.T = 2;
  PSN psn(two, kContext);
  {
    const at::NoGradGuard no_grad;
    psn.weight.copy_(at::tensor({1.f, .5f, 0.f, .5f}).view({2, 2}));
  }
  // h = -1 + [x0 + x1 / 2, x1 / 2]
  CHECK(at::equal(psn.forward({x, 2}).x, at::tensor({1.f, 1.f, 1.f, 0.f, 1.f, 1.f}).view({2, 3})));
  CHECK(at::allclose(psn.v(), at::tensor({-1.f, 0.f, .5f}).view({1, 3})));
  CHECK_THROWS_WITH(psn.forward({x, 1}), contains("has weights for T = 2 steps in one call, gets 1"));

  SlidingPSN sliding({{}, 3}, kContext);
  CHECK(at::equal(sliding.weight, at::tensor({.25f, .5f, 1.f})));
  // h[0] = x0 - 1, h[1] = x1 + x0 / 2 - 1
  CHECK(at::equal(sliding.forward({x, 2}).x, at::tensor({1.f, 0.f, 1.f, 0.f, 1.f, 1.f}).view({2, 3})));
}

TEST_CASE("stepping a parallel neuron gives the spikes and gradients of one call", "[neuron][psn]") {
  const std::int64_t T = 6;
  const auto x = (at::rand({T * 2, 3, 5, 4}) * 5).contiguous(at::MemoryFormat::ChannelsLast);
  const auto weights = at::rand({T * 2, 3, 5, 4});
  const auto check = [&](SpikingNeuron& neuron) {
    neuron.forward({x.narrow(0, 0, 3), 1});  // another batch size: what follows starts afresh
    const auto run = [&](bool stepped) {
      const auto input = x.clone().requires_grad_();
      if (stepped) neuron.reset();
      neuron.zero_grad();
      const auto y = stepped ? step_by_step(neuron, input, T) : neuron.forward({input, T}).x;
      (y * weights).sum().backward();
      std::vector<at::Tensor> all{y.detach(), input.grad()};
      for (const auto& parameter : neuron.parameters()) all.push_back(parameter.grad().clone());
      return all;
    };
    const auto once = run(false), stepped = run(true);
    CHECK(once[0].sum().item<float>() > 0);
    CHECK(once[0].is_contiguous(at::MemoryFormat::ChannelsLast));
    CHECK(at::equal(once[0], stepped[0]));
    for (std::size_t i = 1; i < once.size(); ++i) CHECK(at::allclose(once[i], stepped[i], 1e-4, 1e-4));
  };
  for (const std::int64_t k : {1, 2, 4, 9}) {
    SlidingPSN sliding({{}, k}, kContext);
    check(sliding);
    MaskedPSN masked({{}, k, T, 1.}, kContext);
    {
      const at::NoGradGuard no_grad;
      masked.weight.abs_();
    }
    check(masked);
    CHECK_THROWS_WITH(masked.forward({x.narrow(0, 0, 2), 1}), contains("gets steps 7 to 7"));
  }
  CHECK_THROWS_WITH(
      kRegistries.neurons.make({"PSN", {config::parse_text("T = 2\nstep_mode = 's'", "f"), "p"}, {}, "n"}, kContext),
      contains("every step sees all T inputs"));
  MaskedPSN open({{}, 2, T, 0.5}, kContext);
  CHECK_THROWS_WITH(open.forward({x.narrow(0, 0, 2), 1}), contains("all T = 6 steps must come in one call, 1 came"));
}

TEST_CASE("gates of GatedLIFNode are per layer or per channel", "[neuron]") {
  const auto x = at::rand({4 * 2, 3, 5, 5});
  GatedLIF::Options options;
  options.T = 4;
  GatedLIF layer(options, kContext);
  options.inplane = 3;
  GatedLIF channels(options, kContext);
  {
    const at::NoGradGuard no_grad;
    for (const auto& parameter : channels.named_parameters()) {
      const at::Tensor one = layer.named_parameters()[parameter.key()];
      parameter.value().copy_(one.dim() == parameter.value().dim() ? one : one.unsqueeze(-1));
    }
  }
  const auto y = channels.forward({x, 4}).x;
  CHECK(at::equal(layer.forward({x, 4}).x, y));
  CHECK(at::allclose(layer.v(), channels.v()));
  y.sum().backward();
  CHECK(channels.named_parameters()["conduct"].grad().sizes() == at::IntArrayRef({4, 3}));
  CHECK_THROWS_WITH(layer.forward({x, 2}), contains("has gates for T = 4 steps in one call, gets 2"));
  CHECK_THROWS_WITH(channels.output_shape({{4, 5, 5}}), contains("has gates for inplane = 3 channels"));
  // Another batch starts afresh.
  const auto again = channels.forward({x, 4}).x;
  CHECK_FALSE(at::equal(again, y));
  CHECK(channels.forward({x.narrow(0, 0, 4), 4}).x.size(0) == 4);
  CHECK(at::equal(channels.forward({x, 4}).x, y));
  CHECK_THROWS_WITH(
      kRegistries.neurons.make({"GatedLIFNode", {config::parse_text("T = 4\ninit_tau = 1.0", "f"), "p"}, {}, "n"},
                               kContext),
      contains("p.init_tau = 1.0: must be > 0 and < 1"));
}
