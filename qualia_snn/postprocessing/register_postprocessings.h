#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::postprocessing {

/// Adds every `[[postprocessing]]` of this folder.
QUALIA_SNN_API void register_postprocessings(config::Registries& registries);

}  // namespace qualia_snn::postprocessing
