#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/load_config.h"
#include "qualia_snn/config/registries.h"

namespace qualia_snn::registry {

/// Opens a plugin and adds what it brings.
///
/// A plugin that is there already is left alone; it stays open until the process ends.
///
/// @param name  of a file `<name>.so` in `lib/qualia_snn/plugins/`, beside this library; or a path, with a slash or
///              ending with .so; or "qualia_plugin_snn", Qualia's own, which brings what is built in
/// @throws PluginError  if it cannot be opened, belongs to another build, throws, or brings a name that is taken:
///                      nothing of it is registered then.
QUALIA_SNN_API void load_plugin(const std::string& name, config::Registries& registries);

/// Reads a configuration as `config::load_config` does, with the plugins that its `bench.plugins` names.
/// @throws ConfigError; PluginError with file, line and column.
QUALIA_SNN_API config::LoadedConfig load_config(const std::string& path, const std::vector<std::string>& overrides,
                                                config::Registries& registries);

}  // namespace qualia_snn::registry
