#include "qualia_snn/learningframework/prefetcher.h"

#include <atomic>

#include "qualia_snn/config/literal.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/encoder.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::Prefetcher;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

dataaugmentation::Batch numbered(std::int64_t index) { return {at::full({1}, index), {}, {}, {}, 1}; }

/// Weights after a training with augmentations, and with an encoder.
std::vector<at::Tensor> train(std::int64_t workers, const std::string& encoder, bool before) {
  at::manual_seed(7);
  const config::BuildContext context{kRegistries, {8, 8, 2}, {4}};
  const auto module = kRegistries.learningframeworks.make(
      config::kind("SpikingJellyMultiStep",
                   concat("{accelerator = \"cpu\", num_workers = ", workers, ", encoder = \"", encoder, "\"}")),
      context);
  const std::string when = before ? "before = true, after = false" : "after = true";
  module->set_augmentations(
      {kRegistries.dataaugmentations.make(config::kind("HorizontalFlip", "{per_sample = true, " + when + "}"), context),
       kRegistries.dataaugmentations.make(config::kind("Amplitude", "{low = 0.5, " + when + "}"), context)});
  const auto model = kRegistries.learningmodels.make(
      config::kind("SCNN", R"({dims = 2, filters = [8], kernel_sizes = [3], paddings = [1], strides = [1],
                               pool_sizes = [2], dropouts = 0.2, fc_units = [], batch_norm = true, timesteps = 3,
                               neuron = {kind = "IFNode", params = {v_threshold = 0.3, step_mode = "m"}}})"),
      context);
  module->set_model(model);
  const auto optimizer = kRegistries.optimizers.make(config::kind("SGD", "{lr = 0.1}"),
                                                     {kRegistries, {}, {}, at::kCPU, model->parameters()});
  const datamodel::RawData data{at::rand({21, 8, 8, 2}), at::one_hot(at::arange(21) % 4, 4).to(at::kFloat)};
  learningframework::KeyedDraws draws{RandomKey(5)};
  learningframework::fit(*module, data, &data, optimizer.get(), nullptr, {"test", 2, 4}, draws, {});
  std::vector<at::Tensor> weights;
  for (const auto& parameter : model->parameters()) weights.push_back(parameter.detach().clone());
  return weights;
}

}  // namespace

TEST_CASE("batches come in their order from any number of threads, from any first one", "[learningframework][loader]") {
  for (const std::int64_t workers : {0, 1, 3}) {
    for (const std::int64_t first : {0, 37, 50}) {
      Prefetcher batches(first, 50, workers, numbered);
      for (auto i = first; i < 50; ++i) REQUIRE(batches.next().x.item<std::int64_t>() == i);
    }
  }
}

TEST_CASE("no more batches are ahead than there are threads", "[learningframework][loader]") {
  std::atomic<int> made = 0;
  Prefetcher batches(0, 1000, 2, [&](std::int64_t index) {
    ++made;
    return numbered(index);
  });
  for (int i = 0; i < 20; ++i) {
    batches.next();
    CHECK(made <= i + 1 + 2);
  }
}  // the rest is not waited for

TEST_CASE("an error comes with its own batch", "[learningframework][loader]") {
  for (const std::int64_t workers : {0, 2}) {
    Prefetcher batches(0, 5, workers, [](std::int64_t index) {
      if (index == 2) throw DataError("the third");
      return numbered(index);
    });
    batches.next();
    batches.next();
    CHECK_THROWS_WITH(batches.next(), contains("the third"));
  }
}

TEST_CASE("weights do not depend on the number of threads that augment and encode", "[learningframework][loader]") {
  const auto encoder = GENERATE(as<std::string>(), "repeat", "poisson", "latency");
  const bool before = GENERATE(false, true);
  const auto alone = train(0, encoder, before);
  for (const std::int64_t workers : {1, 3}) {
    const auto weights = train(workers, encoder, before);
    for (std::size_t i = 0; i < alone.size(); ++i) CHECK(at::equal(weights[i], alone[i]));
  }
}

TEST_CASE("encoders turn values into spikes", "[learningframework][encoder]") {
  const auto x = at::tensor({0.f, 0.2f, 0.5f, 1.f}).view({2, 1, 2});
  const auto latency = learningframework::encode("latency", x, 5, {});
  REQUIRE(latency.sizes() == at::IntArrayRef({2, 5, 1, 2}));
  CHECK(at::equal(latency.sum(1), at::ones({2, 1, 2})));
  CHECK(at::equal(latency.argmax(1).flatten(), at::tensor({4, 3, 2, 0}, at::kLong)));
  const RandomSource random(RandomKey(1));
  const auto poisson = learningframework::encode("poisson", x, 20000, random);
  CHECK(at::allclose(poisson.mean(1), x, 0, 0.02));
  CHECK(poisson.eq(0).logical_or(poisson.eq(1)).all().item<bool>());
  CHECK(at::equal(poisson, learningframework::encode("poisson", x, 20000, random)));
  CHECK_THROWS_WITH(learningframework::encode("poisson", x * 2, 3, random), contains("samples from 0 to 2"));
  CHECK_THROWS_WITH(learningframework::encode("latency", x - 1, 3, random), contains("expected 0 to 1"));
}
