#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn::signal {

/// Returns an image [H, W, C] in another size [height, width, C], float64: smoothed where it gets smaller, then linear
/// between pixels, the image continued by its mirror image.
///
/// Source: skimage.transform.resize with its defaults; scipy.ndimage.gaussian_filter and zoom.
QUALIA_SNN_API at::Tensor resize(const at::Tensor& image, std::int64_t height, std::int64_t width);

}  // namespace qualia_snn::signal
