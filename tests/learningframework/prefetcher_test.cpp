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

/// What a training is run with.
struct Setting {
  std::string framework = "SpikingJellyMultiStep";
  std::string encoder = "";
  std::vector<std::pair<std::string, std::string>> augmentations;  ///< kinds and params
  bool before = false;                                             ///< when they are applied
};

/// Elements of a batch: loops of LibTorch use several threads above 32,768.
constexpr std::int64_t kBatch = 8, kSize = 64, kChannels = 2, kSteps = 2;
static_assert(kBatch * kSize * kSize * kChannels > 32768);

/// Weights after a training, and outputs of the model in evaluation.
std::vector<at::Tensor> train(std::int64_t workers, const Setting& setting) {
  at::manual_seed(7);
  const config::BuildContext context{kRegistries, {kSize, kSize, kChannels}, {4}};
  const auto encoder = setting.encoder.empty() ? "" : concat(", encoder = \"", setting.encoder, "\"");
  const auto module = kRegistries.learningframeworks.make(
      config::kind(setting.framework, concat("{accelerator = \"cpu\", num_workers = ", workers, encoder, "}")),
      context);
  const std::string when = setting.before ? "before = true, after = false" : "after = true";
  std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations;
  for (const auto& [kind, params] : setting.augmentations) {
    augmentations.push_back(kRegistries.dataaugmentations.make(
        config::kind(kind, concat("{", params, params.empty() ? "" : ", ", when, ", evaluate = true}")), context));
  }
  module->set_augmentations(augmentations);
  const auto model = kRegistries.learningmodels.make(
      config::kind("SCNN",
                   concat(R"({dims = 2, filters = [4], kernel_sizes = [3], paddings = [1], strides = [4],
                               pool_sizes = [4], dropouts = 0.2, fc_units = [], batch_norm = true, timesteps = )",
                          kSteps, R"(, neuron = {kind = "IFNode", params = {v_threshold = 0.3, step_mode = "m"}}})")),
      context);
  module->set_model(model);
  const auto optimizer = kRegistries.optimizers.make(config::kind("SGD", "{lr = 0.1}"),
                                                     {kRegistries, {}, {}, at::kCPU, model->parameters()});
  std::vector<std::int64_t> sizes{2 * kBatch + 5, kSize, kSize, kChannels};
  if (setting.framework.ends_with("InData")) sizes.insert(sizes.begin() + 1, kSteps);
  const datamodel::RawData data{at::rand(sizes), at::one_hot(at::arange(sizes[0]) % 4, 4).to(at::kFloat)};
  learningframework::KeyedDraws draws{RandomKey(5)};
  learningframework::fit(*module, data, &data, optimizer.get(), nullptr, {"test", 1, kBatch}, draws, {});
  std::vector<at::Tensor> results{learningframework::predict(*module, data, kBatch, RandomSource(RandomKey(6)))};
  for (const auto& parameter : model->parameters()) results.push_back(parameter.detach().clone());
  return results;
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

TEST_CASE("what is ahead when an error comes is given up", "[learningframework][loader]") {
  std::atomic<int> made = 0;
  {
    Prefetcher batches(0, 1000, 3, [&](std::int64_t index) {
      ++made;
      if (index >= 1) throw DataError("all but the first");
      return numbered(index);
    });
    batches.next();
    CHECK_THROWS_AS(batches.next(), DataError);
  }  // its threads have ended
  const int then = made;
  CHECK(then <= 2 + 3);
  CHECK(made == then);
}

TEST_CASE("weights and predictions do not depend on the number of threads that augment and encode",
          "[learningframework][loader]") {
  const std::string with_time = "SpikingJellyMultiStepTimeStepsInData";
  const auto setting = GENERATE_COPY(
      Setting{
          "SpikingJellyMultiStep", "poisson", {{"HorizontalFlip", "per_sample = true"}, {"Amplitude", "low = 0.5"}}},
      Setting{"SpikingJellyMultiStep", "latency", {{"Crop", "size = 64, padding = 4"}}},
      Setting{"SpikingJellyMultiStep", "", {{"GaussianNoise", "sigma = 0.1"}, {"Rotation2D", "per_sample = true"}}},
      Setting{"SpikingJellyMultiStep", "", {{"ResizedCrop", "size = 64"}}},
      Setting{with_time, "", {{"EventDrop", "p = 0.2"}, {"TimeRoll", "k = 1"}, {"PolarityFlip", ""}}},
      Setting{with_time, "", {{"EventDrop", "drop = 'steps', p = 0.2"}, {"GaussianNoise", "sigma = 0.1"}}});
  auto asked_for = setting;
  asked_for.before = GENERATE(false, true);
  const auto alone = train(0, asked_for);
  for (const std::int64_t workers : {1, 3}) {
    const auto results = train(workers, asked_for);
    for (std::size_t i = 0; i < alone.size(); ++i) CHECK(at::equal(results[i], alone[i]));
  }
}

TEST_CASE("a spectrogram does not depend on the number of threads that take it", "[learningframework][loader]") {
  const config::BuildContext context{kRegistries, {}, {}};
  const auto mfcc = kRegistries.dataaugmentations.make(
      config::kind("MFCC", "{sample_rate = 8000, n_mfcc = 20, melkwargs = {n_fft = 256, n_mels = 40}}"), context);
  at::manual_seed(3);
  const auto signals = at::rand({16, 1, 8000});
  std::vector<at::Tensor> found;
  for (const std::int64_t workers : {0, 1}) {
    Prefetcher batches(0, 1, workers, [&](std::int64_t) { return mfcc->apply({signals, {}, {}, {}, 1}, {}); });
    found.push_back(batches.next().x);
  }
  CHECK(at::equal(found[0], found[1]));
}

TEST_CASE("evaluation on threads gives what it gives without", "[learningframework][loader]") {
  const Setting setting{"SpikingJellyMultiStep", "", {{"GaussianNoise", "sigma = 0.1"}}};
  CHECK(at::equal(train(0, setting)[0], train(2, setting)[0]));
  CHECK(at::equal(train(0, {})[0], train(4, {})[0]));
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
