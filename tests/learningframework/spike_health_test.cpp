#include "qualia_snn/learningframework/spike_health.h"

#include <ATen/ATen.h>

#include <cmath>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/learningframework/spike_raster.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::measure_spike_health;
using learningframework::TrainerModule;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

std::shared_ptr<TrainerModule> framework(const std::string& params = "") {
  return kRegistries.learningframeworks.make(
      {"SpikingJellyMultiStep", {config::parse_text(params, "f.toml"), "params"}, {}, "f"},
      {kRegistries, {}, {}, at::kCPU, {}});
}

/// A convolution, neurons, a linear layer, neurons.
std::shared_ptr<learningmodel::LearningModel> network(const std::string& more) {
  at::manual_seed(3);
  const auto params =
      "filters = [2]\nkernel_sizes = [1]\npaddings = [0]\nstrides = [1]\npool_sizes = [0]\ndropouts = 0.0\n"
      "fc_units = []\ntimesteps = 4\noutput_shape = [3]\ninput_shape = [2, 2, 1]\ndims = 2\n"
      "neuron = {kind = 'IFNode', params = {step_mode = 'm', v_reset = false}}\n" +
      more;
  return kRegistries.learningmodels.make({"SCNN", {config::parse_text(params, "m.toml"), "p"}, {}, "m"},
                                         {kRegistries, {}, {}, at::kCPU, {}});
}

at::Tensor parameter(learningmodel::LearningModel& model, const std::string& name) {
  return *model.named_parameters().find(name);
}

datamodel::RawData ones(std::int64_t n) {
  return {at::ones({n, 2, 2, 1}), at::one_hot(at::arange(n) % 3, 3).to(at::kFloat)};
}

}  // namespace

TEST_CASE("rates and shares are those of neurons that never, sometimes and always fire",
          "[learningframework][health]") {
  const auto module = framework();
  const auto net = network("batch_norm = false");
  const at::NoGradGuard no_grad;
  // IF with threshold 1, soft reset: a current of 0.5 fires at every second of 4 steps, 1 at each, 0 never.
  parameter(*net, "layers.conv1.weight").copy_(at::tensor({0.5F, 1.F}).view({2, 1, 1, 1}));
  parameter(*net, "layers.conv1.bias").zero_();
  module->set_model(net);
  const auto health = measure_spike_health(*module, ones(64), 7, RandomSource(RandomKey(1)));
  REQUIRE(health.size() == 1);
  CHECK(health[0].layer == "layers.neuron1");
  CHECK(health[0].health.mean_rate == Approx((0.5 + 1) / 2));
  CHECK(health[0].health.silent_share == 0);
  CHECK(health[0].health.saturated_share == Approx(0.5));

  parameter(*net, "layers.conv1.weight").copy_(at::tensor({0.F, 0.1F}).view({2, 1, 1, 1}));
  auto data = ones(64);
  data.x[31].fill_(20);  // of one sample, one channel fires: its neurons are not silent
  const auto rare = measure_spike_health(*module, data, 64, RandomSource(RandomKey(1)));
  const bool seen = learningframework::health_plan(64).samples == 64;
  CHECK(rare[0].health.silent_share == (seen ? 0.5 : 1.0));
  CHECK(rare[0].health.saturated_share == 0);
}

TEST_CASE("gradients are those of a sample's loss, whatever the size of the batch", "[learningframework][health]") {
  const auto module = framework();
  const auto net = network("batch_norm = true");
  module->set_model(net);
  at::manual_seed(7);
  const datamodel::RawData data{at::rand({32, 2, 2, 1}) * 3, at::one_hot(at::arange(32) % 3, 3).to(at::kFloat)};
  const auto health = measure_spike_health(*module, data, 32, RandomSource(RandomKey(1)))[0].health;
  const auto in_parts = measure_spike_health(*module, data, 5, RandomSource(RandomKey(1)))[0].health;
  CHECK(in_parts.gradient_in == Approx(health.gradient_in).epsilon(1e-5));
  CHECK(in_parts.gradient_out == Approx(health.gradient_out).epsilon(1e-5));

  // By hand: the spikes as a leaf, followed by the linear layer, the mean over time and the loss.
  net->eval();
  at::Tensor spikes;
  module->forward_layers(data.x.movedim(-1, 1), [&](const std::string& name, const Sequence& output) {
    if (name == "layers.neuron1") spikes = output.expanded().x.detach().clone().requires_grad_();
  });
  const auto outputs =
      at::linear(spikes.flatten(1), parameter(*net, "layers.fc1.weight"), parameter(*net, "layers.fc1.bias"));
  const auto loss = at::cross_entropy_loss(outputs.view({4, 32, 3}).mean(0), data.y.argmax(1), {}, at::Reduction::Sum);
  loss.backward();
  CHECK(health.gradient_out == Approx(spikes.grad().abs().mean().item<double>()).epsilon(1e-5));
  CHECK(health.gradient_in > 0);
  CHECK(std::isfinite(health.gradient_in));
}

TEST_CASE("training has the same bits whether health is measured or not", "[learningframework][health]") {
  at::manual_seed(7);
  const datamodel::RawData data{at::rand({40, 2, 2, 1}) * 3, at::one_hot(at::arange(40) % 3, 3).to(at::kFloat)};
  class Recorder final : public learningframework::Observer {
   public:
    void on_epoch_end(const learningframework::EpochInfo& info) override { measured += info.health.empty() ? 0 : 1; }
    int measured = 0;
  };
  const auto train = [&](const std::string& params, int measured) {
    const auto module = framework(params);
    const auto net = network("batch_norm = true");
    module->set_model(net);
    const auto optimizer = kRegistries.optimizers.make({"SGD", {config::parse_text("lr = 0.1", "o"), "p"}, {}, "o"},
                                                       {kRegistries, {}, {}, at::kCPU, net->parameters()});
    learningframework::KeyedDraws draws{RandomKey(5)};
    const auto recorder = std::make_shared<Recorder>();
    learningframework::fit(*module, data, nullptr, optimizer.get(), nullptr, {"test", 3, 8}, draws, {recorder});
    CHECK(recorder->measured == measured);
    std::vector<at::Tensor> all;
    for (const auto& tensor : net->parameters()) all.push_back(tensor.detach().clone());
    for (const auto& tensor : net->buffers()) all.push_back(tensor.clone());
    return all;
  };
  const auto with = train("", 2), without = train("spike_health = false", 0);  // the first and the last epoch
  const auto computed_again = train("recompute = true", 2);
  for (std::size_t i = 0; i < with.size(); ++i) {
    CHECK(at::equal(with[i], without[i]));
    CHECK(at::equal(with[i], computed_again[i]));
  }
}

TEST_CASE("one in a hundred of the samples is looked at", "[learningframework][health]") {
  using learningframework::health_plan;
  CHECK(health_plan(60000).samples == 256);
  CHECK(health_plan(5000).samples == 50);
  CHECK(health_plan(5000).period == 1);
  CHECK(health_plan(320).samples == 32);
  CHECK(health_plan(320).period == 10);
  CHECK(health_plan(3).samples == 3);
  CHECK(health_plan(0).samples == 0);
  CHECK(health_plan(320).is_due(0, 100));
  CHECK_FALSE(health_plan(320).is_due(9, 100));
  CHECK(health_plan(320).is_due(99, 100));
}

TEST_CASE("rasters show which neurons fired at which step of a sample", "[learningframework][health]") {
  const auto module = framework();
  const auto net = network("batch_norm = false");
  {
    const at::NoGradGuard no_grad;
    parameter(*net, "layers.conv1.weight").copy_(at::tensor({0.5F, 0.25F}).view({2, 1, 1, 1}));
    parameter(*net, "layers.conv1.bias").zero_();
  }
  module->set_model(net);
  const auto rasters = learningframework::record_spikes(*module, ones(9), 3, RandomSource(RandomKey(1)));
  REQUIRE(rasters.size() == 3);  // the first layer is the last one too
  CHECK(rasters[1].sample == 3);
  CHECK(rasters[2].truth == 0);
  const auto expected = at::tensor({0, 0, 0, 0, 0, 0, 0, 0,  //
                                    1, 1, 1, 1, 0, 0, 0, 0,  //
                                    0, 0, 0, 0, 0, 0, 0, 0,  //
                                    1, 1, 1, 1, 1, 1, 1, 1})
                            .view({4, 8})
                            .to(at::kBool);
  for (const auto& raster : rasters) CHECK(at::equal(raster.spikes, expected));
  CHECK(learningframework::record_spikes(*module, ones(0), 3, RandomSource(RandomKey(1))).empty());
}
