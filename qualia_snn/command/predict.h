#pragma once

#include <string>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// The action `predict`: runs the one enabled model of the one run over samples of the user's own.
///
/// @param input   .npy file of preprocessed samples as out/data/ holds them, channels last: [N, ...]
/// @param output  .csv file: class, then one logit per class
/// @throws ConfigError  if several models or runs are enabled; DataError if a file is missing or cannot be written.
void predict(const config::LoadedConfig& config, const config::Registries& registries, const Environment& environment,
             const std::string& input, const std::string& output);

}  // namespace qualia_snn::command
