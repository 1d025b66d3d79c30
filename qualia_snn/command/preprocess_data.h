#pragma once

#include <string>

#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// The action `preprocess_data`.
void preprocess_data(const config::LoadedConfig& loaded, const config::Registries& registries, const std::string& root);

}  // namespace qualia_snn::command
