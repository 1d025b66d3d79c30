#include "qualia_snn/dataaugmentation/data_augmentation.h"

/// Adds normal noise to every value.
struct Jitter : qualia_snn::dataaugmentation::DataAugmentation {
  struct Options : DataAugmentation::Options {
    double sigma = 0.1;
    static void options(auto&& o) { o("sigma", &Options::sigma, "standard deviation").above(0); }
  };
  Jitter(const Options& options, const qualia_snn::config::BuildContext&)
      : DataAugmentation(options), options(options) {}

  Batch apply(const Batch& batch, const qualia_snn::RandomSource& random) const override {
    auto changed = batch;
    changed.x = batch.x + at::empty_like(batch.x).normal_(0, options.sigma, random.generator(batch.x.device()));
    return changed;
  }
  Options options;
};
