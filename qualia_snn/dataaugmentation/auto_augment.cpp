#include "qualia_snn/dataaugmentation/auto_augment.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "qualia_snn/core/error.h"
#include "qualia_snn/dataaugmentation/affine_grid.h"
#include "qualia_snn/dataaugmentation/auto_augment_policy.h"
#include "qualia_snn/dataaugmentation/image_operations.h"

namespace qualia_snn::dataaugmentation {
namespace {

using enum ImageOperation;

constexpr int kStrengths = 10;

bool is_signed(ImageOperation operation) { return operation < kPosterize; }

/// Returns the strength of a step on images of H x W pixels, without its sign.
double strength(const PolicyStep& step, std::int64_t H, std::int64_t W) {
  if (step.magnitude < 0) return 0;
  // torchvision has tables of float32.
  const auto up_to = [&](double largest) { return at::linspace(0, largest, kStrengths)[step.magnitude].item<float>(); };
  switch (step.operation) {
    case kShearX:
    case kShearY:
      return up_to(0.3);
    case kTranslateX:
      return up_to(150.0 / 331 * static_cast<double>(W));
    case kTranslateY:
      return up_to(150.0 / 331 * static_cast<double>(H));
    case kRotate:
      return up_to(30);
    case kPosterize:
      return 8 - std::nearbyint(step.magnitude / ((kStrengths - 1) / 4.0));
    case kSolarize:
      return at::linspace(255, 0, kStrengths)[step.magnitude].item<float>();
    default:
      return up_to(0.9);
  }
}

/// Returns the matrix that undoes a shear by an angle in radians along x or y about the upper left corner.
AffineMatrix inverse_shear(double x, double y, std::int64_t H, std::int64_t W) {
  const auto a = std::cos(-y) / std::cos(y), c = std::sin(-y) / std::cos(y);
  const auto b = -std::cos(-y) * std::tan(x) / std::cos(y), d = -std::sin(-y) * std::tan(x) / std::cos(y) + 1;
  const auto from_x = -0.5 * static_cast<double>(W), from_y = -0.5 * static_cast<double>(H);
  return {d, -b, d * -from_x - b * -from_y + from_x, -c, a, -c * -from_x + a * -from_y + from_y};
}

/// Returns the angle in radians whose tangent is a strength, by way of degrees as in torchvision.
double shear_angle(double strength) {
  const auto degrees = std::atan(strength) * (180 / std::numbers::pi);
  return degrees * (std::numbers::pi / 180);
}

}  // namespace

void AutoAugment::check(const at::Tensor& images) const {
  ImageAugmentation::check(images);
  QUALIA_SNN_CHECK(images.scalar_type() == at::kByte, DataError, kind(), ": the images are of type ",
                   images.scalar_type(), "; expected uint8 (dataset.params.dtype), before IntToFloat32");
  QUALIA_SNN_CHECK(images.size(1) == 1 || images.size(1) == 3, ShapeError, kind(), ": the images have ", images.size(1),
                   " channels; expected 1 or 3");
}

at::Tensor AutoAugment::change(const at::Tensor& images, at::Generator& generator) const {
  const auto& policy = auto_augment_policy(policy_);
  const auto chosen = at::randint(static_cast<std::int64_t>(policy.size()), {1}, generator).item<std::int64_t>();
  const auto draws = at::rand({2}, generator), signs = at::randint(2, {2}, generator);
  auto changed = images;
  for (std::int64_t i = 0; i < 2; ++i) {
    const auto& step = policy[static_cast<std::size_t>(chosen)][static_cast<std::size_t>(i)];
    if (draws[i].le(step.probability).item<bool>()) changed = apply_step(step, signs[i].item<int>() == 0, changed);
  }
  return changed;
}

at::Tensor AutoAugment::apply_step(const PolicyStep& step, bool negative, const at::Tensor& images) const {
  const auto H = images.size(2), W = images.size(3);
  const auto size = strength(step, H, W);
  const auto by = is_signed(step.operation) && negative ? -size : size;
  const auto move = [&](const AffineMatrix& matrix) {
    return interpolate(images, [&](const at::Tensor& x) { return read_at(x, affine_grid(x, matrix), false); });
  };
  switch (step.operation) {
    case kShearX:
      return move(inverse_shear(shear_angle(by), 0, H, W));
    case kShearY:
      return move(inverse_shear(0, shear_angle(by), H, W));
    case kTranslateX:
      return move({1, 0, -std::trunc(by), 0, 1, 0});
    case kTranslateY:
      return move({1, 0, 0, 0, 1, -std::trunc(by)});
    case kRotate: {
      const auto radians = by * (std::numbers::pi / 180), c = std::cos(radians), s = std::sin(radians);
      return move({c, -s, 0, s, c, 0});
    }
    case kBrightness:
      return adjust_brightness(images, 1 + by);
    case kColor:
      return adjust_saturation(images, 1 + by);
    case kContrast:
      return adjust_contrast(images, 1 + by);
    case kSharpness:
      return adjust_sharpness(images, 1 + by);
    case kPosterize:
      return posterize(images, static_cast<std::int64_t>(by));
    case kSolarize:
      return solarize(images, by);
    case kAutoContrast:
      return autocontrast(images);
    case kEqualize:
      return equalize(images);
    default:
      return invert(images);
  }
}

}  // namespace qualia_snn::dataaugmentation
