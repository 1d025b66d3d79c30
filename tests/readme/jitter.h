#include <ATen/ATen.h>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

/// Adds normal noise to every value.
struct Jitter : qualia_snn::dataaugmentation::DataAugmentation {
  using Batch = qualia_snn::dataaugmentation::Batch;
  struct Options : DataAugmentation::Options {
    double sigma = 0.1;
    static void options(auto&& o) {
      o("sigma", &Options::sigma, "standard deviation").above(0);
      DataAugmentation::Options::options(o);
    }
  };
  Jitter(const Options& options, const qualia_snn::config::BuildContext&)
      : DataAugmentation(options), sigma(options.sigma) {}

  Batch apply(const Batch& batch, const qualia_snn::RandomSource& random) const override {
    auto changed = batch;
    changed.x = batch.x + at::empty_like(batch.x).normal_(0, sigma, random.generator(batch.x.device()));
    return changed;
  }
  double sigma;
};
