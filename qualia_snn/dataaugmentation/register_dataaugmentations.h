#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::dataaugmentation {

/// Adds every data augmentation of this folder.
QUALIA_SNN_API void register_dataaugmentations(config::Registries& registries);

}  // namespace qualia_snn::dataaugmentation
