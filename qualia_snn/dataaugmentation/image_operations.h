#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

/// Changes of images [M, C, H, W], uint8, 1 or 3 channels, with the bits of torchvision.transforms.functional.
namespace qualia_snn::dataaugmentation {

/// Returns 255 - image.
at::Tensor invert(const at::Tensor& images);
/// Returns the images with the `bits` highest bits of each value.
at::Tensor posterize(const at::Tensor& images, std::int64_t bits);
/// Inverts values from `threshold` on.
at::Tensor solarize(const at::Tensor& images, double threshold);
/// Stretches each channel of each image to 0 to 255.
at::Tensor autocontrast(const at::Tensor& images);
/// Makes all values of each channel of each image equally frequent.
at::Tensor equalize(const at::Tensor& images);
/// Blends with black; factor 1: unchanged.
at::Tensor adjust_brightness(const at::Tensor& images, double factor);
/// Blends with the mean grey of each image; factor 1: unchanged.
at::Tensor adjust_contrast(const at::Tensor& images, double factor);
/// Blends with a grey image; factor 1: unchanged. Images of one channel stay.
at::Tensor adjust_saturation(const at::Tensor& images, double factor);
/// Blends with a blurred image; factor 1: unchanged. Images of less than 3 pixels in a row or column stay.
at::Tensor adjust_sharpness(const at::Tensor& images, double factor);

}  // namespace qualia_snn::dataaugmentation
