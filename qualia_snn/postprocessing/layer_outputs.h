#pragma once

#include <functional>

#include "qualia_snn/core/sequence.h"
#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::postprocessing {

/// Who is shown what passes through a model, batch by batch.
struct LayerVisitor {
  std::function<void(const Sequence& input)> input;                      ///< of the model, [N, C, ...] per time step
  std::function<void(std::size_t node, const Sequence& output)> output;  ///< of a node of its graph
};

/// Runs the framework's model over a set, layer by layer in evaluation mode without gradients.
void visit_layer_outputs(learningframework::TrainerModule& framework, const datamodel::RawData& data,
                         std::int64_t batch_size, const LayerVisitor& visitor);

}  // namespace qualia_snn::postprocessing
