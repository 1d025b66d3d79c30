#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::dataset {

/// Adds every data set of this folder.
QUALIA_SNN_API void register_datasets(config::Registries& registries);

}  // namespace qualia_snn::dataset
