#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

DataAugmentation::~DataAugmentation() = default;

}  // namespace qualia_snn::dataaugmentation
