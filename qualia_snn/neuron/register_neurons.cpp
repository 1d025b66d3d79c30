#include "qualia_snn/neuron/register_neurons.h"

#include "qualia_snn/neuron/atan.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/sigmoid.h"
#include "qualia_snn/neuron/tensor_neuron.h"

namespace qualia_snn::neuron {

void register_neurons(config::Registries& registries) {
  auto& neurons = registries.neurons;
  neurons.add<IF>("IFNode", "integrate-and-fire");
  neurons.add<LIF>("LIFNode", "leaky integrate-and-fire");
  for (const char* name :
       {"ParametricLIFNode", "KLIFNode", "QIFNode", "EIFNode", "IzhikevichNode", "CUBALIFNode", "LIAFNode", "ILIFNode",
        "HalfThresholdIFNode", "GatedLIFNode", "PSN", "MaskedPSN", "SlidingPSN", "ATIF", "IFSRL"}) {
    neurons.add_not_offered(name, "use IFNode or LIFNode");
  }

  auto& surrogates = registries.surrogates;
  surrogates.add<Sigmoid>("Sigmoid", "derivative of a sigmoid, SpikingJelly's default");
  surrogates.add<ATan>("ATan", "derivative of an arc tangent");
}

}  // namespace qualia_snn::neuron
