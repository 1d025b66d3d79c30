#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/random_source.h"

namespace qualia_snn::dataaugmentation {

/// A batch on its way to the model, channels first.
struct Batch {
  at::Tensor x;              ///< [N*T, C, ...]; the T steps of one sample lie one after the other
  at::Tensor target;         ///< [N, K]
  at::Tensor second_target;  ///< [N, K] of a mixed batch, else undefined
  at::Tensor weight;         ///< of `target`, [] or [N]; the second target has 1 - weight; undefined: all of it
  std::int64_t T = 1;        ///< time steps in the data

  /// Returns N. @throws ShapeError  if x has no whole number of samples.
  QUALIA_SNN_API std::int64_t samples() const;
};

/// A change of every batch, in training and, if asked for, in evaluation.
class QUALIA_SNN_API DataAugmentation {
 public:
  struct Options {
    bool evaluate = false, before = false, after = true;

    static void options(auto&& o) {
      o("evaluate", &Options::evaluate, "apply in evaluation too");
      o("before", &Options::before, "apply before the batch goes to the device");
      o("after", &Options::after, "apply on the device; with before: a second time");
    }
  };
  explicit DataAugmentation(const Options& options) : options_(options) {}
  virtual ~DataAugmentation();

  /// Returns the changed batch; what it does not change is shared with the given one.
  ///
  /// Several threads call it at once, each with a batch and a source of its own: what is drawn comes from the source,
  /// and nothing is kept in the object.
  /// @throws DataError or ShapeError  if the samples are not of the kind that it needs.
  virtual Batch apply(const Batch& batch, const RandomSource& random) const = 0;

  /// Returns when it is applied.
  const Options& when() const { return options_; }

 private:
  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
