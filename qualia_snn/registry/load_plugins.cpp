#include "qualia_snn/registry/load_plugins.h"

#include <c10/util/Exception.h>
#include <dlfcn.h>

#include <algorithm>
#include <filesystem>

#include "qualia_snn/core/binary.h"
#include "qualia_snn/registry/plugin.h"

namespace fs = std::filesystem;

namespace qualia_snn::registry {
namespace {

constexpr const char* kBuiltin = "qualia_plugin_snn";

std::string path_of(const std::string& name) {
  // The loader takes names without a slash for libraries of the system.
  if (name.find('/') != std::string::npos || name.ends_with(".so")) return fs::absolute(name).string();
  const fs::path library = path_of_binary(reinterpret_cast<const void*>(&load_plugin));
  return (library.parent_path() / "qualia_snn" / "plugins" / (name + ".so")).string();
}

/// Opens the file and returns its entry point, of this build.
const Plugin& open(const std::string& path) {
  std::error_code ignored;
  QUALIA_SNN_CHECK(fs::exists(path, ignored), PluginError, path, " is not there");
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  QUALIA_SNN_CHECK(library != nullptr, PluginError, dlerror(), "; a plugin must be built with this library");
  const auto* const plugin = static_cast<const Plugin*>(dlsym(library, kPluginEntry));
  QUALIA_SNN_CHECK(plugin != nullptr, PluginError, path, " has no symbol ", kPluginEntry,
                   ": it is no plugin of qualia_snn");
  QUALIA_SNN_CHECK(plugin->abi == kPluginAbi, PluginError, path, " has the plugin interface ", plugin->abi,
                   ", this library ", kPluginAbi, "; build it again");
  QUALIA_SNN_CHECK(std::string_view(plugin->build_tag) == kBuildTag, PluginError, path, " was built for ",
                   plugin->build_tag, ", this is ", kBuildTag, "; build it again");
  return *plugin;
}

/// Returns the components of a plugin, apart from all others.
config::Registries components_of(const Plugin& plugin) {
  config::Registries brought;
  try {
    plugin.register_components(brought);
  } catch (const c10::Error& error) {
    throw PluginError(concat("it threw while registering: ", error.what_without_backtrace()));
  } catch (const std::exception& error) {
    throw PluginError(concat("it threw while registering: ", error.what()));
  } catch (...) {
    throw PluginError("it threw while registering");
  }
  return brought;
}

template <class T>
bool contains(const std::vector<T>& items, const T& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// Returns the first line of a message: a loader's or an exception's may have more.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

void load_plugin(const std::string& name, config::Registries& registries) {
  if (name == kBuiltin || contains(registries.plugins, name)) return;
  try {
    const auto& plugin = open(path_of(name));
    // The same file under another name.
    const void* const entry = &plugin;
    if (!contains(registries.plugin_entries, entry)) registries.merge(components_of(plugin));
    registries.plugin_entries.push_back(entry);
  } catch (const PluginError& error) {
    throw PluginError(concat(config::Value(name, {}).str(), " cannot be loaded: ", first_line(error.what())));
  }
  registries.plugins.push_back(name);
}

config::LoadedConfig load_config(const std::string& path, const std::vector<std::string>& overrides,
                                 config::Registries& registries) {
  auto merged = config::merge_config(path, overrides);
  const auto plugins = config::plugins_of(merged.values);
  for (const auto& name : plugins.names) {
    try {
      load_plugin(name, registries);
    } catch (const PluginError& error) {
      throw PluginError(concat(plugins.where, error.what()));
    }
  }
  return config::load_config(std::move(merged), registries);
}

}  // namespace qualia_snn::registry
