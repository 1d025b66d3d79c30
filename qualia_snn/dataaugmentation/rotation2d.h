#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/image_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Turns images [N*T, C, H, W] about their centre; corners that nothing is turned into become zero.
///
/// Integers are interpolated in float32 and rounded.
class QUALIA_SNN_API Rotation2D final : public ImageAugmentation {
 public:
  static constexpr const char* kDetails =
      "Turns all images of a batch counter-clockwise by one angle, uniform in `angle`, or each sample by its own\n"
      "with per_sample. The size stays; what comes from outside the image is zero.\n"
      "Source: torchvision.transforms.RandomRotation.";
  struct Options : ImageAugmentation::Options {
    std::string interpolation_mode = "nearest";
    config::RealOrList angle{{-45, 45}, true};

    static void options(auto&& o) {
      o("angle", &Options::angle, "[smallest, largest], degrees; one number a: [-a, a]").at_least(-1e6).at_most(1e6);
      o("interpolation_mode", &Options::interpolation_mode, "how pixels between pixels are read")
          .one_of({"nearest", "bilinear"});
      ImageAugmentation::Options::options(o);
    }
    std::string validate() const;
  };
  Rotation2D(const Options& options, const config::BuildContext&);

 private:
  at::Tensor change(const at::Tensor& images, at::Generator& generator) const override;

  double low_, high_;  ///< degrees
  bool bilinear_;
};

}  // namespace qualia_snn::dataaugmentation
