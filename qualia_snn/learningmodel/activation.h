#pragma once

#include <cstdint>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningmodel/model_parts.h"

namespace qualia_snn::learningmodel {

/// Returns ReLU, the activation of float models.
QUALIA_SNN_API Activation relu_activation();

/// The neuron of every layer of a spiking template.
struct SpikingActivation {
  Activation activation;
  std::int64_t timesteps;
  StepMode step_mode;  ///< of the neuron; it holds for all layers

  /// Returns parts of a float model as those of a spiking one.
  ModelParts applied_to(ModelParts parts) const;
};

/// Returns the activation that a configuration names.
/// @param context  outlives what is returned
/// @throws ConfigError  if the neuron has another number of time steps.
QUALIA_SNN_API SpikingActivation spiking_activation(const config::Kind& neuron, std::int64_t timesteps,
                                                    const config::BuildContext& context);

}  // namespace qualia_snn::learningmodel
