#pragma once

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Adds noise to x of any shape; integers become float32. It is drawn on the device of x.
class QUALIA_SNN_API GaussianNoise final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "x + e, every element of e from a normal distribution of mean 0 and standard deviation sigma.\n"
      "Source: qualia_core.dataaugmentation.pytorch.GaussianNoise.";
  struct Options : DataAugmentation::Options {
    double sigma = 0.375;

    static void options(auto&& o) {
      o("sigma", &Options::sigma, "standard deviation").at_least(0);
      DataAugmentation::Options::options(o);
    }
  };
  GaussianNoise(const Options& options, const config::BuildContext&)
      : DataAugmentation(options), sigma_(options.sigma) {}
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  double sigma_;
};

}  // namespace qualia_snn::dataaugmentation
