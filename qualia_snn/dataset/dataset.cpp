#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

Dataset::~Dataset() = default;

}  // namespace qualia_snn::dataset
