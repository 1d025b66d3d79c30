#pragma once

#include "qualia_snn/config/registries.h"

namespace qualia_snn::neuron {

/// Adds every neuron and surrogate of this folder.
QUALIA_SNN_API void register_neurons(config::Registries& registries);

}  // namespace qualia_snn::neuron
