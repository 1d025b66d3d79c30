#include "qualia_snn/dataaugmentation/crop_window.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

CropWindow draw_window(const at::Tensor& images, std::int64_t height, std::int64_t width, at::Generator& generator) {
  const auto draw_offset = [&](std::int64_t largest) {
    return at::randint(largest + 1, {1}, generator).item<std::int64_t>();
  };
  const auto top = draw_offset(images.size(2) - height);
  const auto left = draw_offset(images.size(3) - width);
  return {top, left, height, width};
}

}  // namespace qualia_snn::dataaugmentation
