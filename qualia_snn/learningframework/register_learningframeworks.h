#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::learningframework {

/// Adds every learning framework, optimiser and scheduler of this folder. A framework's group names the models it
/// offers: "spiking" or "float".
QUALIA_SNN_API void register_learningframeworks(config::Registries& registries);

}  // namespace qualia_snn::learningframework
