#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

Optimizer::~Optimizer() = default;

}  // namespace qualia_snn::learningframework
