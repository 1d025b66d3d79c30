#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

Postprocessing::~Postprocessing() = default;

}  // namespace qualia_snn::postprocessing
