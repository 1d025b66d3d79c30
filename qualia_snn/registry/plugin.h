#pragma once

#include <torch/headeronly/version.h>

#include <cstdint>
#include <string_view>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/version.h"

namespace qualia_snn::registry {

/// Changes with every change of `Plugin`.
inline constexpr std::int64_t kPluginAbi = 1;

/// What a plugin is: the library compares the first two before it calls a function of it.
///
/// C++ objects, LibTorch's tensors and exceptions pass between library and plugin, so both must be of one build.
struct Plugin {
  std::int64_t abi;       ///< kPluginAbi
  const char* build_tag;  ///< kBuildTag
  /// Adds the plugin's components. What it throws, or a name that is taken, leaves nothing of it registered.
  void (*register_components)(config::Registries& registries);
};

/// Name of the one symbol that the library looks for.
inline constexpr const char* kPluginEntry = "qualia_snn_plugin";

static_assert(std::string_view(TORCH_VERSION) == kLibTorchVersion,
              "the library was built with another version of LibTorch");

}  // namespace qualia_snn::registry

/// The entry point, with C linkage; a plugin defines it:
///
///     const qualia_snn::registry::Plugin qualia_snn_plugin = {qualia_snn::registry::kPluginAbi,
///                                                             qualia_snn::kBuildTag, register_components};
extern "C" QUALIA_SNN_API const qualia_snn::registry::Plugin qualia_snn_plugin;
