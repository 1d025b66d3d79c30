#include "qualia_snn/layer/readers.h"

namespace qualia_snn::layer {

std::vector<std::vector<std::size_t>> readers(const LayerGraph& graph) {
  const auto& nodes = graph.nodes();
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    for (const auto input : nodes[n].inputs) {
      if (input >= 0) readers[static_cast<std::size_t>(input)].push_back(n);
    }
  }
  return readers;
}

}  // namespace qualia_snn::layer
