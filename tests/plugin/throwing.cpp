// A plugin that gives up in the middle.
#include <ATen/ATen.h>

#include <stdexcept>

#include "tests/plugin/components.h"

const qualia_snn::registry::Plugin qualia_snn_plugin = {
    qualia_snn::registry::kPluginAbi, qualia_snn::kBuildTag, [](qualia_snn::config::Registries& registries) {
      registries.surrogates.add<qualia_snn::testing::Half>("HalfOfThrowing", "half of every gradient");
      throw std::runtime_error("the licence has expired\nand a second line");
    }};
