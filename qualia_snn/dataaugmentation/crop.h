#pragma once

#include "qualia_snn/dataaugmentation/crop_window.h"

namespace qualia_snn::dataaugmentation {

/// Cuts a window [N*T, C, h, w] at a random place out of images [N*T, C, H, W] of any type.
class QUALIA_SNN_API Crop final : public ImageAugmentation {
 public:
  static constexpr const char* kDetails =
      "Pads the images with zeros, then cuts out a window of the given size at a random place, the same for all\n"
      "images of a batch, or one per sample with per_sample. Images that have this size already are not cut.\n"
      "Source: torchvision.transforms.RandomCrop.";
  struct Options : SizedOptions {
    config::Extents padding{{0, 0}};

    static void options(auto&& o) {
      SizedOptions::options(o);
      // Qualia: across before down, while `size` is the other way round.
      o("padding", &Options::padding, "zeros around the image: all, [left and right, top and bottom], [l, t, r, b]")
          .at_least(0)
          .at_most(1e6);
    }
    std::string validate() const;
  };
  Crop(Options options, const config::BuildContext&)
      : ImageAugmentation("Crop", options), options_(std::move(options)) {}

 private:
  at::Tensor change(const at::Tensor& images, at::Generator& generator) const override;

  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
