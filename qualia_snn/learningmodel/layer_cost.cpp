#include "qualia_snn/learningmodel/layer_cost.h"

namespace qualia_snn::learningmodel {

std::vector<LayerCost> layer_costs(const layer::LayerGraph& graph) {
  std::vector<LayerCost> costs;
  for (const auto& node : graph.nodes()) {
    std::int64_t parameters = 0;
    for (const auto& parameter : node.module->parameters()) parameters += parameter.numel();
    std::vector<Shape> inputs;
    for (const auto i : node.inputs) {
      inputs.push_back(i < 0 ? graph.input_shape() : graph.nodes()[static_cast<std::size_t>(i)].output_shape);
    }
    costs.push_back({parameters, node.module->multiply_accumulates(inputs, node.output_shape)});
  }
  return costs;
}

}  // namespace qualia_snn::learningmodel
