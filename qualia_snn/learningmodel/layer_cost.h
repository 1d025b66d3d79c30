#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/layer/layer_graph.h"

namespace qualia_snn::learningmodel {

/// What a layer takes.
struct LayerCost {
  std::int64_t parameters;
  std::int64_t multiply_accumulates;  ///< of one sample and time step
};

/// Returns the costs of a graph's layers, in their order.
QUALIA_SNN_API std::vector<LayerCost> layer_costs(const layer::LayerGraph& graph);

}  // namespace qualia_snn::learningmodel
