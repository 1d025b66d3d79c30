#pragma once

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// An augmentation of x [N*T, C, ...] that makes one random decision for the whole batch, or one per sample.
///
/// The T time steps of a sample share a decision.
class QUALIA_SNN_API SharedDecision : public DataAugmentation {
 public:
  struct Options : DataAugmentation::Options {
    bool per_sample = false;

    static void options(auto&& o) {
      o("per_sample", &Options::per_sample, "decide anew for every sample; Qualia decides once per batch");
      DataAugmentation::Options::options(o);
    }
  };
  /// @param kind  its name in messages
  SharedDecision(const char* kind, const Options& options)
      : DataAugmentation(options), kind_(kind), per_sample_(options.per_sample) {}
  /// @throws ShapeError or DataError  if x is not what it changes.
  Batch apply(const Batch& batch, const RandomSource& random) const final;

 protected:
  /// Refuses what it cannot change.
  virtual void check(const at::Tensor& x) const;
  /// Makes one decision with a generator of the CPU and changes all of x [M, C, ...] by it.
  virtual at::Tensor change(const at::Tensor& x, at::Generator& generator) const = 0;

  const char* kind() const { return kind_; }

 private:
  const char* kind_;
  bool per_sample_;
};

}  // namespace qualia_snn::dataaugmentation
