// A plugin for another interface: nothing of it may be called.
#include <cstdlib>

#include "qualia_snn/registry/plugin.h"

const qualia_snn::registry::Plugin qualia_snn_plugin = {qualia_snn::registry::kPluginAbi + 1, qualia_snn::kBuildTag,
                                                        [](qualia_snn::config::Registries&) { std::abort(); }};
