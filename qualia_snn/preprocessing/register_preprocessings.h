#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::preprocessing {

/// Adds every preprocessing of this folder.
QUALIA_SNN_API void register_preprocessings(config::Registries& registries);

}  // namespace qualia_snn::preprocessing
