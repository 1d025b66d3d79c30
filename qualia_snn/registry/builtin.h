#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::registry {

/// Returns registries with everything that the library brings.
QUALIA_SNN_API config::Registries builtin_registries();

}  // namespace qualia_snn::registry
