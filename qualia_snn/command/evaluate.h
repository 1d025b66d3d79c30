#pragma once

#include "qualia_snn/command/environment.h"
#include "qualia_snn/command/results.h"
#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// The action `evaluate`: loads the weights of every enabled model and run and evaluates them on the training and the
/// test set. Qualia's action of this name evaluates deployed code; the columns of the log are the same.
/// @throws DataError  if weights are missing.
Results evaluate(const config::LoadedConfig& config, const config::Registries& registries,
                 const Environment& environment);

}  // namespace qualia_snn::command
