#include "qualia_snn/dataaugmentation/data_augmentation.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

std::int64_t Batch::samples() const {
  QUALIA_SNN_CHECK(T > 0 && x.dim() > 0 && x.size(0) % T == 0, ShapeError, "a batch of shape ", x.sizes(),
                   " does not consist of samples of ", T, " time steps");
  return x.size(0) / T;
}

DataAugmentation::~DataAugmentation() = default;

}  // namespace qualia_snn::dataaugmentation
