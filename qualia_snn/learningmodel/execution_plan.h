#pragma once

#include <set>
#include <string>

#include "qualia_snn/layer/layer_graph.h"

namespace qualia_snn::learningmodel {

/// Returns a graph that computes the same in fewer passes: [batch norm] neuron [dropout] [max pool] in a row becomes
/// one FusedBlock of the same modules, named after all of them ("layers.bn1+neuron1+maxpool1").
///
/// Layers that somebody else reads too, and those named in `watched`, whose outputs are wanted, are not hidden in a
/// block. All else runs layer by layer.
QUALIA_SNN_API layer::LayerGraph execution_plan(const layer::LayerGraph& graph,
                                                const std::set<std::string>& watched = {});

}  // namespace qualia_snn::learningmodel
