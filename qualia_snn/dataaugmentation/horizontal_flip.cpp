#include "qualia_snn/dataaugmentation/horizontal_flip.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

at::Tensor HorizontalFlip::change(const at::Tensor& images, at::Generator& generator) const {
  return at::rand({1}, generator).lt(p_).item<bool>() ? images.flip(-1) : images;
}

}  // namespace qualia_snn::dataaugmentation
