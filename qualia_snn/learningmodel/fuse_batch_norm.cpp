#include "qualia_snn/learningmodel/fuse_batch_norm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <memory>
#include <utility>
#include <vector>

#include "qualia_snn/core/random_source.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/layer/readers.h"

namespace qualia_snn::learningmodel {
namespace {

using layer::LayerGraph;

/// Gives a layer the weights and bias of another one with batch norm after it.
template <class Layer>
void fold(const Layer& before, const layer::BatchNorm& norm, Layer& folded) {
  const at::NoGradGuard no_grad;
  const auto scale = norm.weight * at::rsqrt(norm.running_var + layer::BatchNorm::kEps);
  std::vector<std::int64_t> channels(static_cast<std::size_t>(before.weight.dim()), 1);
  channels[0] = -1;
  folded.to(before.weight.device(), before.weight.scalar_type());
  folded.weight.copy_(before.weight * scale.view(channels));
  const auto bias = before.bias.defined() ? before.bias : at::zeros_like(norm.running_mean);
  folded.bias.copy_((bias - norm.running_mean) * scale + norm.bias);
  folded.train(before.is_training());
}

/// @return  null: this layer cannot take a batch norm.
std::shared_ptr<SequenceModule> fold(const SequenceModule& module, const layer::BatchNorm& norm) {
  if (const auto* conv = dynamic_cast<const layer::Conv*>(&module)) {
    auto options = conv->options;
    options.bias = true;
    const auto folded = std::make_shared<layer::Conv>(std::move(options));
    fold(*conv, norm, *folded);
    return folded;
  }
  if (const auto* linear = dynamic_cast<const layer::Linear*>(&module)) {
    const auto folded = std::make_shared<layer::Linear>(linear->weight.size(1), linear->weight.size(0));
    fold(*linear, norm, *folded);
    return folded;
  }
  return nullptr;
}

/// Returns for each node the batch norm that its output goes to, and to no one else; -1: there is none.
std::vector<std::int64_t> following_norms(const LayerGraph& graph) {
  const auto& nodes = graph.nodes();
  const auto readers = layer::readers(graph);
  std::vector<std::int64_t> norms(nodes.size(), -1);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (readers[n].size() != 1) continue;
    const auto reader = readers[n].front();
    if (dynamic_cast<const layer::BatchNorm*>(nodes[reader].module.get())) norms[n] = static_cast<std::int64_t>(reader);
  }
  return norms;
}

}  // namespace

ModelParts fuse_batch_norm(const LearningModel& model) {
  const auto& nodes = model.graph().nodes();
  const auto norms = following_norms(model.graph());
  // New layers draw weights that nobody reads; the next model's must not shift by that.
  const auto generators = save_generators(at::kCPU);
  LayerGraph fused(model.graph().input_shape());
  std::vector<std::int64_t> places(nodes.size(), LayerGraph::kGraphInput);  // in the new graph
  std::vector<bool> is_folded(nodes.size(), false);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto& node = nodes[n];
    std::vector<std::int64_t> inputs;
    for (const auto i : node.inputs) inputs.push_back(i < 0 ? i : places[static_cast<std::size_t>(i)]);
    if (is_folded[n]) {
      places[n] = inputs[0];
      continue;
    }
    auto module = node.module;
    if (norms[n] >= 0) {
      const auto norm = static_cast<std::size_t>(norms[n]);
      auto folded = fold(*module, static_cast<const layer::BatchNorm&>(*nodes[norm].module));
      is_folded[norm] = folded != nullptr;
      if (folded) module = std::move(folded);
    }
    places[n] = fused.add(node.name, std::move(module), std::move(inputs));
  }
  load_generators(generators, at::kCPU);
  return {model.shape(), std::move(fused)};
}

}  // namespace qualia_snn::learningmodel
