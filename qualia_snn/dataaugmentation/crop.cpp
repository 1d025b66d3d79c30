#include "qualia_snn/dataaugmentation/crop.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {
namespace {

at::Tensor pad(const at::Tensor& images, const std::vector<std::int64_t>& padding) {
  if (std::all_of(padding.begin(), padding.end(), [](auto pixels) { return pixels == 0; })) return images;
  const auto left = padding.front(), top = padding.size() > 1 ? padding[1] : left;
  const auto right = padding.size() > 2 ? padding[2] : left, bottom = padding.size() > 2 ? padding[3] : top;
  return at::constant_pad_nd(images, {left, right, top, bottom});
}

}  // namespace

std::string Crop::Options::validate() const {
  const auto count = padding.values.size();
  if (count != 1 && count != 2 && count != 4) return "padding: expected one, two or four numbers";
  return SizedOptions::validate();
}

at::Tensor Crop::change(const at::Tensor& images, at::Generator& generator) const {
  const auto padded = pad(images, options_.padding.values);
  const auto H = padded.size(2), W = padded.size(3), h = options_.height(), w = options_.width();
  QUALIA_SNN_CHECK(H >= h && W >= w, ShapeError, "Crop: the images have ", H, "x", W,
                   " pixels with padding; expected at least size = [", h, ", ", w, "]");
  if (H == h && W == w) return padded;
  return draw_window(padded, h, w, generator).of(padded);
}

}  // namespace qualia_snn::dataaugmentation
