#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Adds noise from an exponential distribution to x of any shape; integers become float32. It is drawn on the device
/// of x.
class QUALIA_SNN_API ExponentialNoise final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "x + e, every element of e from an exponential distribution of mean 1 / rate, rounded if round_mode says so.\n"
      "Source: qualia_core.dataaugmentation.pytorch.ExponentialNoise.";
  struct Options : DataAugmentation::Options {
    double rate = 0.375;
    std::string round_mode;
    std::int64_t dims = 1;

    static void options(auto&& o) {
      o("rate", &Options::rate, "inverse of the mean").above(0);
      o("round_mode", &Options::round_mode, "how the noise is rounded; \"\": not at all")
          .one_of({"", "floor", "ceil", "nearest", "trunc"});
      o("dims", &Options::dims, "without effect, as in Qualia").at_least(1).at_most(2);
      DataAugmentation::Options::options(o);
    }
  };
  ExponentialNoise(Options options, const config::BuildContext&)
      : DataAugmentation(options), options_(std::move(options)) {}
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
