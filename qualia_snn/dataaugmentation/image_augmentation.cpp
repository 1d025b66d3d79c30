#include "qualia_snn/dataaugmentation/image_augmentation.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

void ImageAugmentation::check(const at::Tensor& images) const {
  QUALIA_SNN_CHECK(images.dim() == 4 && images.size(1) > 0 && images.size(2) > 0 && images.size(3) > 0, ShapeError,
                   kind(), ": the batch has shape ", images.sizes(), "; expected images [N, C, H, W]");
}

at::Tensor ImageAugmentation::interpolate(const at::Tensor& images,
                                          c10::function_ref<at::Tensor(const at::Tensor&)> interpolation) {
  const auto type = images.scalar_type();
  if (type == at::kFloat || type == at::kDouble) return interpolation(images);
  auto result = interpolation(images.to(at::kFloat));
  if (at::isIntegralType(type, /*includeBool=*/false)) result = result.round();
  if (type == at::kByte) result = result.clamp(0, 255);
  return result.to(type);
}

}  // namespace qualia_snn::dataaugmentation
