#pragma once

#include <cstdint>
#include <string>

#include "qualia_snn/dataaugmentation/image_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// The options that augmentations with a new image size share.
struct SizedOptions : ImageAugmentation::Options {
  config::Extents size;

  static void options(auto&& o) {
    o("size", &SizedOptions::size, "[height, width] of the result, pixels; one number for both")
        .required()
        .at_least(1)
        .at_most(1e6);
    ImageAugmentation::Options::options(o);
  }
  std::string validate() const {
    const auto count = size.values.size();
    return count == 1 || count == 2 ? "" : "size: expected one number or [height, width]";
  }
  std::int64_t height() const { return size.values.front(); }
  std::int64_t width() const { return size.values.back(); }
};

/// A rectangle inside an image, pixels.
struct CropWindow {
  std::int64_t top, left, height, width;

  /// Returns what lies inside: a view [M, C, height, width] of images [M, C, H, W].
  at::Tensor of(const at::Tensor& images) const { return images.narrow(2, top, height).narrow(3, left, width); }
};

/// Returns a window of that size anywhere inside images [M, C, H, W]; draws `top`, then `left`.
CropWindow draw_window(const at::Tensor& images, std::int64_t height, std::int64_t width, at::Generator& generator);

}  // namespace qualia_snn::dataaugmentation
