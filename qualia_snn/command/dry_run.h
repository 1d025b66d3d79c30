#pragma once

#include <string>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// Returns what `train` would work on, without doing it: the resolved configuration with the origin of each value, the
/// shapes of the data, and of every enabled model its layers with shapes, parameters, memory and operations.
std::string dry_run(const config::LoadedConfig& config, const config::Registries& registries,
                    const Environment& environment);

}  // namespace qualia_snn::command
