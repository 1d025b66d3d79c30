// A plugin of another build: nothing of it may be called.
#include <cstdlib>

#include "qualia_snn/registry/plugin.h"

const qualia_snn::registry::Plugin qualia_snn_plugin = {qualia_snn::registry::kPluginAbi,
                                                        "qualia_snn 0.0.1, LibTorch 1.13.1, g++ 4.8, no CUDA",
                                                        [](qualia_snn::config::Registries&) { std::abort(); }};
