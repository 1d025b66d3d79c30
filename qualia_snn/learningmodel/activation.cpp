#include "qualia_snn/learningmodel/activation.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/relu.h"
#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::learningmodel {

Activation relu_activation() {
  return {"relu", [] { return std::make_shared<layer::ReLU>(); }};
}

ModelParts SpikingActivation::applied_to(ModelParts parts) const {
  parts.shape.timesteps = timesteps;
  parts.shape.step_mode = step_mode;
  return parts;
}

SpikingActivation spiking_activation(const config::Kind& neuron, std::int64_t timesteps,
                                     const config::BuildContext& context) {
  const auto make = [neuron, &context] { return context.registries.neurons.make(neuron, context); };
  const auto example = make();
  const auto T = example->timesteps().value_or(timesteps);
  QUALIA_SNN_CHECK(T == timesteps, ConfigError, "params.neuron.params.T = ", T,
                   ": must equal params.timesteps = ", timesteps);
  return {{"neuron", make}, timesteps, example->step_mode()};
}

}  // namespace qualia_snn::learningmodel
