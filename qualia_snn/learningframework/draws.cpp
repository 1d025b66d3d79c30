#include "qualia_snn/learningframework/draws.h"

#include <ATen/ATen.h>

namespace qualia_snn::learningframework {
namespace {

RandomKey epoch_key(const RandomKey& key, std::int64_t epoch) { return key.with("epoch").with(epoch); }

RandomKey step_key(const RandomKey& key, std::int64_t epoch, std::int64_t step) {
  return epoch_key(key, epoch).with("batch").with(step);
}

std::int64_t draw_from_default_generator() { return at::empty({}, at::kLong).random_().item<std::int64_t>(); }

}  // namespace

std::uint64_t next_train_seed(std::uint64_t seed) { return seed * 100 % 4294967295; }

Draws::~Draws() = default;

std::optional<RandomSource> Draws::augmentations_of(std::int64_t, std::int64_t) const { return std::nullopt; }

at::Tensor KeyedDraws::order(std::int64_t epoch, std::int64_t samples) {
  return at::randperm(samples, epoch_key(key_, epoch).with("order").generator(), at::TensorOptions(at::kLong));
}

RandomSource KeyedDraws::begin_training_step(learningmodel::LearningModel& model, std::int64_t epoch,
                                             std::int64_t step) {
  const auto key = step_key(key_, epoch, step);
  at::manual_seed(key.with("torch").value());
  model.set_random_key(key);
  return *augmentations_of(epoch, step);
}

std::optional<RandomSource> KeyedDraws::augmentations_of(std::int64_t epoch, std::int64_t step) const {
  return RandomSource(step_key(key_, epoch, step).with("augmentation"));
}

RandomSource KeyedDraws::begin_evaluation(std::string_view pass, std::int64_t epoch) {
  return RandomSource(epoch_key(key_, epoch).with("evaluation").with(pass));
}

at::Tensor QualiaDraws::order(std::int64_t /*epoch*/, std::int64_t samples) {
  draw_from_default_generator();  // base seed of the DataLoader's workers, of which there are none
  const RandomKey seed_of_sampler(static_cast<std::uint64_t>(draw_from_default_generator()));
  return at::randperm(samples, seed_of_sampler.generator(), at::TensorOptions(at::kLong));
}

RandomSource QualiaDraws::begin_training_step(learningmodel::LearningModel& /*model*/, std::int64_t /*epoch*/,
                                              std::int64_t /*step*/) {
  return {};
}

RandomSource QualiaDraws::begin_evaluation(std::string_view /*pass*/, std::int64_t /*epoch*/) {
  draw_from_default_generator();  // as above: every pass over a DataLoader draws a base seed
  return {};
}

}  // namespace qualia_snn::learningframework
