// A plugin with a name that is taken, and one that is not.
#include <ATen/ATen.h>

#include "tests/plugin/components.h"

const qualia_snn::registry::Plugin qualia_snn_plugin = {
    qualia_snn::registry::kPluginAbi, qualia_snn::kBuildTag, [](qualia_snn::config::Registries& registries) {
      registries.surrogates.add<qualia_snn::testing::Half>("HalfOfDuplicate", "half of every gradient");
      registries.surrogates.add<qualia_snn::testing::Half>("ATan", "half of every gradient");
    }};
