#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::learningmodel {

/// Adds every model of this folder; the groups are "spiking" and "float".
QUALIA_SNN_API void register_learningmodels(config::Registries& registries);

}  // namespace qualia_snn::learningmodel
