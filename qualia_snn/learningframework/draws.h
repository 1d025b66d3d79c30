#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "qualia_snn/core/random_source.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningframework {

/// Returns the seed of a training call from that of the call before it, or from bench.seed for the first one.
/// Source: qualia_core.learningframework.PyTorch.train.
QUALIA_SNN_API std::uint64_t next_train_seed(std::uint64_t seed);

/// Everything random in a training call and in the evaluations after it.
class QUALIA_SNN_API Draws {
 public:
  virtual ~Draws();
  /// Begins a training epoch. @return  its order of the samples, a permutation of 0 to samples - 1, int64.
  virtual at::Tensor order(std::int64_t epoch, std::int64_t samples) = 0;
  /// Begins a training step and prepares what the model draws in it. @return  the source of the augmentations.
  virtual RandomSource begin_training_step(learningmodel::LearningModel& model, std::int64_t epoch,
                                           std::int64_t step) = 0;
  /// Returns the source that `begin_training_step` will, where it does not depend on what is drawn before: then threads
  /// may draw ahead of the step. Else none.
  virtual std::optional<RandomSource> augmentations_of(std::int64_t epoch, std::int64_t step) const;
  /// Begins a pass in evaluation mode. @return  the source of its augmentations, to be refined by the step.
  /// @param pass  what is evaluated, for example "valid"
  virtual RandomSource begin_evaluation(std::string_view pass, std::int64_t epoch) = 0;
  /// Returns whether the confusion matrix comes from a second pass over the set, as in Qualia.
  virtual bool has_confusion_matrix_pass() const { return false; }
};

/// Our own streams: each draw is a pure function of the key, the epoch, the step and the layer.
class QUALIA_SNN_API KeyedDraws final : public Draws {
 public:
  explicit KeyedDraws(RandomKey key) : key_(key) {}
  at::Tensor order(std::int64_t epoch, std::int64_t samples) override;
  /// Also reseeds LibTorch's default generators, for modules that are not ours.
  RandomSource begin_training_step(learningmodel::LearningModel& model, std::int64_t epoch, std::int64_t step) override;
  std::optional<RandomSource> augmentations_of(std::int64_t epoch, std::int64_t step) const override;
  RandomSource begin_evaluation(std::string_view pass, std::int64_t epoch) override;

 private:
  RandomKey key_;
};

/// Qualia's streams: everything comes from LibTorch's default generators, in the order in which Lightning's Trainer and
/// PyTorch's DataLoader draw. The models must not have been given keys.
///
/// Source: lightning 2.6, torch.utils.data 2.11; checked draw for draw by golden cases.
class QUALIA_SNN_API QualiaDraws final : public Draws {
 public:
  at::Tensor order(std::int64_t epoch, std::int64_t samples) override;
  RandomSource begin_training_step(learningmodel::LearningModel& model, std::int64_t epoch, std::int64_t step) override;
  RandomSource begin_evaluation(std::string_view pass, std::int64_t epoch) override;
  bool has_confusion_matrix_pass() const override { return true; }
};

}  // namespace qualia_snn::learningframework
