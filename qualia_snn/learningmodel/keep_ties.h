#pragma once

#include "qualia_snn/layer/layer_graph.h"

namespace qualia_snn::learningmodel {

/// Tells the convolutions of a graph whose maxima are taken before any neuron to keep ties.
///
/// Spikes have equal patches side by side, and the gradient goes to the first of equal maxima. Winograd's algorithm
/// rounds by the place in a tile: another one would get it than in Qualia. Elsewhere that does not matter: a maximum of
/// spikes has no roundings.
void keep_ties(const layer::LayerGraph& graph);

}  // namespace qualia_snn::learningmodel
