#include "qualia_snn/dataaugmentation/image_operations.h"

#include <ATen/ATen.h>

#include <vector>

namespace qualia_snn::dataaugmentation {
namespace {

constexpr std::int64_t kBound = 255, kValues = kBound + 1;

at::Tensor to_bytes(const at::Tensor& images) { return images.clamp(0, kBound).to(at::kByte); }

at::Tensor blend(const at::Tensor& images, const at::Tensor& others, double ratio) {
  return to_bytes(ratio * images + (1 - ratio) * others);
}

/// Returns the luminance, [M, 1, H, W].
at::Tensor grey(const at::Tensor& images) {
  if (images.size(1) == 1) return images;
  const auto channel = [&](std::int64_t c) { return images.narrow(1, c, 1); };
  return (0.2989 * channel(0) + 0.587 * channel(1) + 0.114 * channel(2)).to(at::kByte);
}

/// Returns images whose pixels, but for those of the edge, are smoothed over 3 x 3 neighbours.
at::Tensor blurred(const at::Tensor& images) {
  const auto C = images.size(1), H = images.size(2), W = images.size(3);
  auto kernel = at::ones({3, 3}, images.options().dtype(at::kFloat));
  kernel[1][1] = 5;
  kernel /= kernel.sum();
  const std::vector<std::int64_t> ones{1, 1}, zeros{0, 0};
  const auto smooth = at::conv2d(images.to(at::kFloat), kernel.expand({C, 1, 3, 3}), /*bias=*/{}, /*stride=*/ones,
                                 /*padding=*/zeros, /*dilation=*/ones, /*groups=*/C);
  auto result = images.clone();
  result.narrow(2, 1, H - 2).narrow(3, 1, W - 2).copy_(smooth.round());
  return result;
}

}  // namespace

at::Tensor invert(const at::Tensor& images) { return kBound - images; }

at::Tensor posterize(const at::Tensor& images, std::int64_t bits) {
  return images.bitwise_and(kBound & ~((std::int64_t{1} << (8 - bits)) - 1));
}

at::Tensor solarize(const at::Tensor& images, double threshold) {
  return at::where(images.ge(threshold), invert(images), images);
}

at::Tensor autocontrast(const at::Tensor& images) {
  const auto min = images.amin({2, 3}, /*keepdim=*/true).to(at::kFloat);
  // Python divides numbers by tensors so; a quotient would differ in the last bit.
  const auto scale = (images.amax({2, 3}, true) - min).reciprocal() * kBound;
  // One value all over stays.
  const auto flat = scale.isfinite().logical_not();
  return to_bytes((images - min.masked_fill(flat, 0)) * scale.masked_fill(flat, 1));
}

at::Tensor equalize(const at::Tensor& images) {
  const auto pixels = images.flatten(2).to(at::kLong);  // [M, C, H W]
  auto counts = at::zeros({images.size(0), images.size(1), kValues}, pixels.options());
  counts.scatter_add_(2, pixels, at::ones_like(pixels));
  // The largest value of a channel does not count towards the step.
  const auto total = pixels.size(2) - counts.gather(2, pixels.amax(2, /*keepdim=*/true));
  const auto step = total.div(kBound, "floor");
  const auto divisor = step.clamp_min(1);
  const auto ranks = (counts.cumsum(2) + step.div(2, "floor")).div(divisor, "floor");
  const auto first = at::zeros_like(step);
  const auto values = at::cat({first, ranks.narrow(2, 0, kValues - 1)}, 2).clamp(0, kBound);
  const auto equal = at::where(step.eq(0), pixels, values.gather(2, pixels));
  return equal.to(at::kByte).view_as(images);
}

at::Tensor adjust_brightness(const at::Tensor& images, double factor) {
  return blend(images, at::zeros_like(images), factor);
}

at::Tensor adjust_contrast(const at::Tensor& images, double factor) {
  return blend(images, grey(images).to(at::kFloat).mean({1, 2, 3}, /*keepdim=*/true), factor);
}

at::Tensor adjust_saturation(const at::Tensor& images, double factor) {
  return images.size(1) == 1 ? images : blend(images, grey(images), factor);
}

at::Tensor adjust_sharpness(const at::Tensor& images, double factor) {
  return images.size(2) <= 2 || images.size(3) <= 2 ? images : blend(images, blurred(images), factor);
}

}  // namespace qualia_snn::dataaugmentation
