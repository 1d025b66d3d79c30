#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::neuron {

SpikingNeuron::~SpikingNeuron() = default;

}  // namespace qualia_snn::neuron
