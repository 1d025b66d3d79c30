#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Mixes each sample of x [N*T, C, ...] with another one of the batch, all T time steps with the same weight.
///
/// Gives the second target [N, K] and the weight, [] or, with per_sample, [N]; integers become float32.
class QUALIA_SNN_API Mixup final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "x = w x + (1 - w) x[order], order a permutation of the batch, w from Beta(alpha, alpha), one for the batch or\n"
      "one per sample with per_sample. The loss is w loss(y, target) + (1 - w) loss(y, target[order]); there are no\n"
      "training metrics.\n"
      "Source: Zhang et al., mixup: Beyond Empirical Risk Minimization, ICLR 2018.";
  struct Options : DataAugmentation::Options {
    double alpha = 1;
    bool per_sample = false;

    static void options(auto&& o) {
      o("alpha", &Options::alpha, "both parameters of the Beta distribution; small: most weights near 0 or 1")
          .above(0)
          .at_most(1e6);
      o("per_sample", &Options::per_sample, "draw a weight for every sample; Qualia draws one per batch");
      DataAugmentation::Options::options(o);
    }
    std::string validate() const;
  };
  Mixup(const Options& options, const config::BuildContext&)
      : DataAugmentation(options), alpha_(options.alpha), per_sample_(options.per_sample) {}
  /// @throws ShapeError  if there is not one target per sample.
  /// @throws DataError  if the batch is mixed already.
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  double alpha_;
  bool per_sample_;
};

}  // namespace qualia_snn::dataaugmentation
