#include "qualia_snn/learningmodel/keep_ties.h"

#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/pool.h"
#include "qualia_snn/layer/readers.h"

namespace qualia_snn::learningmodel {
namespace {

using Readers = std::vector<std::vector<std::size_t>>;

/// Whether a maximum of a node's values is taken, as they are or normalised.
bool feeds_max_pool(const layer::LayerGraph& graph, const Readers& readers, std::size_t node) {
  for (const auto reader : readers[node]) {
    const auto& module = graph.nodes()[reader].module;
    if (dynamic_cast<const layer::MaxPool*>(module.get())) return true;
    if (module->kind().starts_with("BatchNorm") && feeds_max_pool(graph, readers, reader)) return true;
  }
  return false;
}

}  // namespace

void keep_ties(const layer::LayerGraph& graph) {
  const auto readers = layer::readers(graph);
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    auto* const conv = dynamic_cast<layer::Conv*>(graph.nodes()[n].module.get());
    if (conv) conv->set_keeps_ties(feeds_max_pool(graph, readers, n));
  }
}

}  // namespace qualia_snn::learningmodel
