#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/layer/layer_graph.h"

namespace qualia_snn::learningmodel {

/// What a model is besides its layers.
struct ModelShape {
  std::vector<std::int64_t> input_shape;   ///< channels last, without time, as Qualia gives it: [S, C] or [H, W, C]
  std::vector<std::int64_t> output_shape;  ///< [K]
  std::int64_t timesteps = 1;              ///< T
  std::optional<StepMode> step_mode;       ///< of spiking models
};

/// What a LearningModel is made of.
struct ModelParts {
  ModelShape shape;
  layer::LayerGraph graph;
  std::vector<std::string> warnings = {};  ///< what the model's parameters say that nothing uses
};

/// The activation of a template: its name in layer names, and how one is made.
struct Activation {
  std::string name;  ///< "relu" or "neuron"
  std::function<std::shared_ptr<SequenceModule>()> make;
};

}  // namespace qualia_snn::learningmodel
