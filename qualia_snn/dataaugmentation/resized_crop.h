#pragma once

#include <vector>

#include "qualia_snn/dataaugmentation/crop_window.h"

namespace qualia_snn::dataaugmentation {

/// Cuts a window of random area and shape out of images [N*T, C, H, W] and resizes it to [N*T, C, h, w].
///
/// Integers are interpolated in float32 and rounded.
class QUALIA_SNN_API ResizedCrop final : public ImageAugmentation {
 public:
  static constexpr const char* kDetails =
      "Cuts out a window and resizes it to `size`. Its area is uniform in `scale`, a share of the image, its width\n"
      "divided by its height log-uniform in `ratio`, its place uniform. After 10 draws that do not fit: the largest\n"
      "window in the middle whose shape is in `ratio`. One window for the batch, or one per sample with per_sample.\n"
      "Source: torchvision.transforms.RandomResizedCrop.";
  struct Options : SizedOptions {
    std::vector<double> scale = {0.08, 1.0}, ratio = {0.75, 4.0 / 3};
    std::string interpolation_mode = "bilinear";
    bool antialias = true;

    static void options(auto&& o) {
      SizedOptions::options(o);
      o("scale", &Options::scale, "[smallest, largest] area, as share of the image's").at_least(0).at_most(1e6);
      o("ratio", &Options::ratio, "[smallest, largest] width / height").at_least(1e-6).at_most(1e6);
      o("interpolation_mode", &Options::interpolation_mode, "how pixels are resized")
          .one_of({"nearest", "nearest-exact", "bilinear", "bicubic"});
      o("antialias", &Options::antialias, "average over the pixels that shrink into one; bilinear and bicubic");
    }
    std::string validate() const;
  };
  ResizedCrop(Options options, const config::BuildContext&)
      : ImageAugmentation("ResizedCrop", options), options_(std::move(options)) {}

 private:
  at::Tensor change(const at::Tensor& images, at::Generator& generator) const override;
  CropWindow draw_resized_window(const at::Tensor& images, at::Generator& generator) const;
  at::Tensor resize(const at::Tensor& images) const;

  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
