#pragma once

#include <vector>

#include "qualia_snn/layer/layer_graph.h"

namespace qualia_snn::layer {

/// Returns for each node of a graph the positions of the nodes that read it, in their order.
QUALIA_SNN_API std::vector<std::vector<std::size_t>> readers(const LayerGraph& graph);

}  // namespace qualia_snn::layer
