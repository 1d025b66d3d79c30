#include "qualia_snn/learningmodel/learning_model.h"

#include <c10/util/ArrayRef.h>

#include <algorithm>
#include <iomanip>
#include <set>
#include <sstream>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/fused_block.h"
#include "qualia_snn/learningmodel/execution_plan.h"
#include "qualia_snn/learningmodel/keep_ties.h"
#include "qualia_snn/learningmodel/layer_cost.h"
#include "qualia_snn/neuron/neuron_layer.h"

namespace qualia_snn::learningmodel {
namespace {

/// Whether a layer of the graph is the last one of a node of its plan, "group.a+b".
bool is_last_of(const std::string& node, const std::string& layer) {
  const auto plus = node.find('+');
  if (plus == std::string::npos) return node == layer;
  const auto group = node.substr(0, node.rfind('.', plus) + 1);  // npos + 1 is 0: no group
  return group + node.substr(node.rfind('+') + 1) == layer;
}

}  // namespace

LearningModel::LearningModel(ModelShape shape, layer::LayerGraph graph, std::vector<std::string> warnings)
    : shape_(std::move(shape)), graph_(std::move(graph)), plan_(graph_), warnings_(std::move(warnings)) {
  const c10::IntArrayRef expected(shape_.output_shape);
  QUALIA_SNN_CHECK(expected.equals(graph_.output_shape()), ShapeError, "the model gives ",
                   c10::IntArrayRef(graph_.output_shape()), " per sample; the data asks for ", expected);
  if (shape_.step_mode) keep_ties(graph_);
  for (const auto& child : graph_.root()->named_children()) register_module(child.key(), child.value());
  make_plan();
}

LearningModel::LearningModel(ModelParts parts)
    : LearningModel(std::move(parts.shape), std::move(parts.graph), std::move(parts.warnings)) {}

LearningModel::~LearningModel() = default;

void LearningModel::make_plan() {
  std::set<std::string> watched;
  for (const auto& [name, visitors] : visitors_) watched.insert(name);
  plan_ = fused_ ? execution_plan(graph_, watched) : graph_;
  for (const auto& node : graph_.nodes()) {
    if (auto* const conv = dynamic_cast<layer::Conv*>(node.module.get())) conv->set_recomputed(false);
  }
  recomputes_ = false;
  if (!recompute_) return;
  for (const auto& node : plan_.nodes()) {
    // Neurons take x from a recipe; what else reads a convolution keeps its output.
    const auto* const module = node.module.get();
    const bool takes_recipe =
        dynamic_cast<const layer::FusedBlock*>(module) || dynamic_cast<const neuron::NeuronLayerBase*>(module);
    if (!takes_recipe || node.inputs[0] < 0) continue;
    auto* const conv = dynamic_cast<layer::Conv*>(plan_.nodes()[static_cast<std::size_t>(node.inputs[0])].module.get());
    if (!conv) continue;
    conv->set_recomputed(true);
    recomputes_ = true;
  }
}

void LearningModel::watch(const std::string& layer, layer::LayerGraph::Visitor visitor) {
  const auto& nodes = graph_.nodes();
  const bool found = std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) { return node.name == layer; });
  QUALIA_SNN_CHECK(found, ConfigError, "the model has no layer ", layer);
  visitors_[layer].push_back(std::move(visitor));
  make_plan();
}

void LearningModel::set_fused(bool fused) {
  fused_ = fused;
  make_plan();
}

bool LearningModel::set_recompute(bool recompute) {
  recompute_ = recompute;
  make_plan();
  return recomputes_;
}

Sequence LearningModel::forward(const Sequence& input) {
  if (visitors_.empty()) return plan_.forward(input, plan_visitor_);
  return plan_.forward(input, [this](const std::string& name, const Sequence& output) {
    if (plan_visitor_) plan_visitor_(name, output);
    // The last layer of a block gives its output.
    for (const auto& [layer, visitors] : visitors_) {
      if (!is_last_of(name, layer)) continue;
      for (const auto& visitor : visitors) visitor(layer, output);
    }
  });
}

Sequence LearningModel::forward_layers(const Sequence& input, const layer::LayerGraph::Visitor& visit) {
  if (!recompute_) return graph_.forward(input, visit);
  // A convolution that is computed again gives a recipe, which only neurons take.
  set_recompute(false);
  try {
    auto output = graph_.forward(input, visit);
    set_recompute(true);
    return output;
  } catch (...) {
    set_recompute(true);
    throw;
  }
}

void LearningModel::reset() { graph_.reset(); }
void LearningModel::set_random_key(const RandomKey& key) { graph_.set_random_key(key); }

std::int64_t LearningModel::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& parameter : parameters()) count += parameter.numel();
  return count;
}

std::string LearningModel::summary() const {
  std::ostringstream text;
  const auto line = [&](const auto& name, const auto& kind, const auto& shape, const auto& parameters,
                        const auto& operations) {
    text << std::left << std::setw(22) << name << std::setw(16) << kind << std::setw(18) << shape << std::setw(12)
         << parameters << operations << '\n';
  };
  line("layer", "kind", "output", "parameters", "MACs per step");
  const auto costs = layer_costs(graph_);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const auto& node = graph_.nodes()[i];
    total += costs[i].multiply_accumulates;
    line(node.name, node.module->kind(), concat(c10::IntArrayRef(node.output_shape)), costs[i].parameters,
         costs[i].multiply_accumulates);
  }
  text << "Number of parameters: " << parameter_count() << "\nMACs per sample: " << total << " x " << shape_.timesteps
       << " time steps";
  return std::move(text).str();
}

}  // namespace qualia_snn::learningmodel
