#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

Preprocessing::~Preprocessing() = default;

}  // namespace qualia_snn::preprocessing
