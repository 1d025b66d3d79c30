#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::experimenttracking {

/// Adds every kind of `[experimenttracking]` of this folder.
QUALIA_SNN_API void register_experimenttracking(config::Registries& registries);

}  // namespace qualia_snn::experimenttracking
