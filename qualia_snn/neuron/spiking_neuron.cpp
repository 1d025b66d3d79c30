#include "qualia_snn/neuron/spiking_neuron.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {

SpikingNeuron::~SpikingNeuron() = default;

Sequence SpikingNeuron::expanded(const Sequence& given) const {
  auto input = given.expanded();
  QUALIA_SNN_CHECK(input.T >= 1 && input.x.dim() >= 1 && input.x.size(0) % input.T == 0, ShapeError, kind(),
                   ": input of size ", input.x.sizes(), " is not T = ", input.T, " steps of one batch");
  return input;
}

std::optional<SpikeCounts> SpikingNeuron::counts() const {
  return counts_.defined() ? std::optional(read_counts(counts_)) : std::nullopt;
}

}  // namespace qualia_snn::neuron
