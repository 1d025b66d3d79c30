#pragma once

#include "qualia_snn/command/environment.h"
#include "qualia_snn/command/results.h"
#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// The action `train`: trains, evaluates and exports every enabled model for every run.
Results train(const config::LoadedConfig& config, const config::Registries& registries, const Environment& environment);

}  // namespace qualia_snn::command
