#include "qualia_snn/dataaugmentation/resized_crop.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace qualia_snn::dataaugmentation {
namespace {

bool is_range(const std::vector<double>& bounds) { return bounds.size() == 2 && bounds[0] <= bounds[1]; }

at::Tensor draw_uniform(double low, double high, at::Generator& generator) {
  return at::empty({1}).uniform_(low, high, generator);
}

/// Returns the largest window in the middle whose width / height is in `ratio`.
CropWindow middle_window(std::int64_t H, std::int64_t W, const std::vector<double>& ratio) {
  const auto shape = static_cast<double>(W) / static_cast<double>(H);
  const auto pixels = [](double length) {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::nearbyint(length)));
  };
  const auto h = shape < ratio[0] ? pixels(static_cast<double>(W) / ratio[0]) : H;
  const auto w = shape > ratio[1] ? pixels(static_cast<double>(H) * ratio[1]) : W;
  return {(H - h) / 2, (W - w) / 2, h, w};
}

}  // namespace

std::string ResizedCrop::Options::validate() const {
  if (!is_range(scale)) return "scale: expected [smallest, largest]";
  if (!is_range(ratio)) return "ratio: expected [smallest, largest]";
  return SizedOptions::validate();
}

CropWindow ResizedCrop::draw_resized_window(const at::Tensor& images, at::Generator& generator) const {
  const auto H = images.size(2), W = images.size(3);
  // In float32, as torchvision does: other roundings would shift the window's edges.
  const auto log_ratio = at::tensor(options_.ratio, at::kFloat).log();
  const auto low = log_ratio[0].item<double>(), high = log_ratio[1].item<double>();
  for (int attempt = 0; attempt < 10; ++attempt) {
    const auto scale = draw_uniform(options_.scale[0], options_.scale[1], generator).item<double>();
    const auto area = static_cast<double>(H * W) * scale;
    const auto ratio = draw_uniform(low, high, generator).exp().item<double>();
    const auto h = std::nearbyint(std::sqrt(area / ratio)), w = std::nearbyint(std::sqrt(area * ratio));
    if (h < 1 || w < 1 || h > static_cast<double>(H) || w > static_cast<double>(W)) continue;
    return draw_window(images, static_cast<std::int64_t>(h), static_cast<std::int64_t>(w), generator);
  }
  return middle_window(H, W, options_.ratio);
}

at::Tensor ResizedCrop::resize(const at::Tensor& images) const {
  const std::int64_t size[] = {options_.height(), options_.width()};
  const auto& mode = options_.interpolation_mode;
  if (mode == "nearest") return at::upsample_nearest2d(images, size);
  if (mode == "nearest-exact") return at::_upsample_nearest_exact2d(images, size);
  const bool corners = false;
  if (mode == "bilinear") {
    return options_.antialias ? at::_upsample_bilinear2d_aa(images, size, corners)
                              : at::upsample_bilinear2d(images, size, corners);
  }
  return options_.antialias ? at::_upsample_bicubic2d_aa(images, size, corners)
                            : at::upsample_bicubic2d(images, size, corners);
}

at::Tensor ResizedCrop::change(const at::Tensor& images, at::Generator& generator) const {
  const auto window = draw_resized_window(images, generator);
  const auto cut = window.of(images);
  if (window.height == options_.height() && window.width == options_.width()) return cut;
  return interpolate(cut, [this](const at::Tensor& x) { return resize(x); });
}

}  // namespace qualia_snn::dataaugmentation
