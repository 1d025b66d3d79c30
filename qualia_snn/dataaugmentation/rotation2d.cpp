#include "qualia_snn/dataaugmentation/rotation2d.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace qualia_snn::dataaugmentation {
namespace {

/// Returns where each pixel of a turned image is read, [1, H, W, (x, y)], from -1 to 1 across the image.
at::Tensor rotation_grid(const at::Tensor& images, double degrees) {
  const auto H = images.size(2), W = images.size(3);
  const auto height = static_cast<double>(H), width = static_cast<double>(W);
  const auto like = images.options();
  const auto x = at::linspace(0.5 - 0.5 * width, 0.5 * width - 0.5, W, like);
  const auto y = at::linspace(0.5 - 0.5 * height, 0.5 * height - 0.5, H, like).unsqueeze(1);
  // Three columns although nothing is shifted: the product then has torchvision's bits, which decide the nearest pixel.
  const auto pixels = at::stack({x.expand({H, W}), y.expand({H, W}), at::ones({H, W}, like)}, -1);
  const auto radians = degrees * (std::numbers::pi / 180), c = std::cos(radians), s = std::sin(radians);
  const auto rotation = at::tensor({c, s, -s, c, 0.0, 0.0}).to(like).view({1, 3, 2});
  const auto half_size = at::tensor({0.5 * width, 0.5 * height}).to(like);
  return pixels.view({1, H * W, 3}).bmm(rotation / half_size).view({1, H, W, 2});
}

}  // namespace

std::string Rotation2D::Options::validate() const {
  const auto& bounds = angle.values;
  if (!angle.is_list) return bounds[0] < 0 ? "angle: expected a number >= 0 or [smallest, largest]" : "";
  return bounds.size() == 2 && bounds[0] <= bounds[1] ? "" : "angle: expected one number or [smallest, largest]";
}

Rotation2D::Rotation2D(const Options& options, const config::BuildContext&)
    : ImageAugmentation("Rotation2D", options),
      low_(options.angle.is_list ? options.angle.values.front() : -options.angle.values.front()),
      high_(options.angle.values.back()),
      bilinear_(options.interpolation_mode == "bilinear") {}

at::Tensor Rotation2D::change(const at::Tensor& images, at::Generator& generator) const {
  const auto degrees = at::empty({1}).uniform_(low_, high_, generator).item<double>();
  return interpolate(images, [&](const at::Tensor& x) {
    const auto grid = rotation_grid(x, degrees);
    const auto read = [&](const at::Tensor& from) {
      return at::grid_sampler(from, grid.expand({from.size(0), -1, -1, -1}), bilinear_ ? 0 : 1, /*padding: zeros*/ 0,
                              /*align_corners=*/false);
    };
    if (!bilinear_) return read(x);
    // Qualia: pixels on the edge of the image fade twice, by the zeros beside them and by their share of the image.
    return read(x) * read(at::ones({1, 1, x.size(2), x.size(3)}, x.options()));
  });
}

}  // namespace qualia_snn::dataaugmentation
