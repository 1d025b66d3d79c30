#include "adaptive_lif.h"

#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/registry/plugin.h"

namespace {

void register_components(qualia_snn::config::Registries& registries) {
  registries.neurons.add<qualia_snn::neuron::NeuronLayer<AdaptiveLIF>>("AdaptiveLIFNode",
                                                                       "leaky, adapts to its spikes");
}

}  // namespace

const qualia_snn::registry::Plugin qualia_snn_plugin = {qualia_snn::registry::kPluginAbi, qualia_snn::kBuildTag,
                                                        register_components};
