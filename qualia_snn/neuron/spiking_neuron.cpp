#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::neuron {

SpikingNeuron::~SpikingNeuron() = default;

std::optional<SpikeCounts> SpikingNeuron::counts() const {
  return counts_.defined() ? std::optional(read_counts(counts_)) : std::nullopt;
}

}  // namespace qualia_snn::neuron
