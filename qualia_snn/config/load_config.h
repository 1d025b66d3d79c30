#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/bench_config.h"

namespace qualia_snn::config {

/// A configuration as a command gets it.
struct LoadedConfig {
  BenchConfig config;
  Value resolved;  ///< the same as a tree with every default filled in, complete without template and includes
  std::vector<std::string> warnings;  ///< what the user wrote that does something else than it seems to say, or nothing
};

/// A configuration that was read and not yet validated: plugins may have to be loaded first.
struct MergedConfig {
  Value values;
  std::vector<std::string> warnings;
};

/// Reads a TOML file, merges its template, applies the command line's overrides and adds includes.
///
/// Includes are looked for in `include_search_paths`, in conf/ and beside the file; what the file and the command line
/// say goes first, lists are united. A missing include is a warning, as in Qualia.
/// @throws ConfigError  for the first thing that is wrong.
QUALIA_SNN_API MergedConfig merge_config(const std::string& path, const std::vector<std::string>& overrides);

/// Validates a configuration whose plugins are loaded.
/// @throws ConfigError  for the first thing that is wrong; PluginError for a plugin that is not loaded.
QUALIA_SNN_API LoadedConfig load_config(MergedConfig merged, const Registries& registries);

/// Does both at once, for registries that have all plugins; `registry::load_config` loads them.
QUALIA_SNN_API LoadedConfig load_config(const std::string& path, const std::vector<std::string>& overrides,
                                        const Registries& registries);

}  // namespace qualia_snn::config
