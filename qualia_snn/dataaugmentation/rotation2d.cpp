#include "qualia_snn/dataaugmentation/rotation2d.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "qualia_snn/dataaugmentation/affine_grid.h"

namespace qualia_snn::dataaugmentation {

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
  const auto radians = degrees * (std::numbers::pi / 180), c = std::cos(radians), s = std::sin(radians);
  return interpolate(images, [&](const at::Tensor& x) {
    const auto grid = affine_grid(x, {c, -s, 0, s, c, 0});
    const auto read = [&](const at::Tensor& from) { return read_at(from, grid, bilinear_); };
    if (!bilinear_) return read(x);
    // Qualia: pixels on the edge of the image fade twice, by the zeros beside them and by their share of the image.
    return read(x) * read(at::ones({1, 1, x.size(2), x.size(3)}, x.options()));
  });
}

}  // namespace qualia_snn::dataaugmentation
