#pragma once

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Turns x of any shape into float32.
class QUALIA_SNN_API IntToFloat32 final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "x as float32; with scale, integers are divided by the largest value of their type (uint8: 255).\n"
      "Source: qualia_core.dataaugmentation.pytorch.IntToFloat32.";
  struct Options : DataAugmentation::Options {
    bool scale = false;

    static void options(auto&& o) {
      o("scale", &Options::scale, "divide by the largest value of the type").required();
      DataAugmentation::Options::options(o);
    }
  };
  IntToFloat32(const Options& options, const config::BuildContext&)
      : DataAugmentation(options), scale_(options.scale) {}
  /// @throws DataError  if x is to be scaled and does not consist of integers.
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  bool scale_;
};

}  // namespace qualia_snn::dataaugmentation
