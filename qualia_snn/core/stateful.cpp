#include "qualia_snn/core/stateful.h"

namespace qualia_snn {

Stateful::~Stateful() = default;

}  // namespace qualia_snn
