#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Shifts and scales each channel of x [N*T, C, ...], float.
class QUALIA_SNN_API Normalize final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "(x - mean) / std, with one mean and one std per channel.\n"
      "Source: torchvision.transforms.Normalize.";
  struct Options : DataAugmentation::Options {
    config::RealOrList mean, std;

    static void options(auto&& o) {
      o("mean", &Options::mean, "of each channel, or one for all").required();
      o("std", &Options::std, "standard deviation of each channel, or one for all").required().above(0);
      DataAugmentation::Options::options(o);
    }
    std::string validate() const;
  };
  Normalize(Options options, const config::BuildContext&) : DataAugmentation(options), options_(std::move(options)) {}
  /// @throws DataError  if x is not float.
  /// @throws ShapeError  if the number of channels is another one.
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
