#include "qualia_snn/layer/layer_graph.h"

#include <c10/util/ArrayRef.h>

#include <algorithm>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/stateful.h"

namespace qualia_snn::layer {
namespace {

/// A module that only groups others.
struct Group final : torch::nn::Module {};

/// Registers `module` under "a.b.c", making the groups "a" and "a.b" where they are missing, unless it is there
/// already.
void register_dotted(std::shared_ptr<torch::nn::Module> group, const std::string& name,
                     const std::shared_ptr<torch::nn::Module>& module) {
  std::size_t begin = 0;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
    const auto part = name.substr(begin, dot - begin);
    const auto children = group->named_children();
    const auto* child = children.find(part);
    group = child ? *child : group->register_module(part, std::make_shared<Group>());
    begin = dot + 1;
  }
  const auto children = group->named_children();
  const auto* there = children.find(name.substr(begin));
  if (!there || *there != module) group->register_module(name.substr(begin), module);
}

}  // namespace

LayerGraph::LayerGraph(Shape input_shape) : input_shape_(std::move(input_shape)), root_(std::make_shared<Group>()) {}

std::int64_t LayerGraph::add(const std::string& name, std::shared_ptr<SequenceModule> module) {
  return add(name, std::move(module), {static_cast<std::int64_t>(nodes_.size()) - 1});
}

std::int64_t LayerGraph::add(const std::string& name, std::shared_ptr<SequenceModule> module,
                             std::vector<std::int64_t> inputs) {
  const auto position = static_cast<std::int64_t>(nodes_.size());
  std::vector<Shape> shapes;
  for (const auto input : inputs) {
    QUALIA_SNN_CHECK(input >= kGraphInput && input < position, ConfigError, name, ": reads node ", input,
                     "; expected an earlier one");
    shapes.push_back(input == kGraphInput ? input_shape_ : nodes_[static_cast<std::size_t>(input)].output_shape);
  }
  const bool taken = std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& node) { return node.name == name; });
  QUALIA_SNN_CHECK(!taken, ConfigError, "two layers are called ", name);
  Shape output_shape;
  try {
    output_shape = module->output_shape(shapes);
  } catch (const ShapeError& error) {
    throw ShapeError(concat(name, ": ", error.what()));
  }
  register_dotted(root_, name, module);
  nodes_.push_back({name, std::move(module), std::move(inputs), std::move(output_shape)});
  return position;
}

void LayerGraph::declare(const std::string& name, const std::shared_ptr<SequenceModule>& module) {
  register_dotted(root_, name, module);
}

Sequence LayerGraph::forward(const Sequence& input, const Visitor& visit) const {
  // How many nodes still read a value; the last one frees it.
  std::vector<std::int64_t> readers(nodes_.size() + 1, 0);
  for (const auto& node : nodes_) {
    for (const auto i : node.inputs) ++readers[static_cast<std::size_t>(i + 1)];
  }
  std::vector<Sequence> values(nodes_.size() + 1);  // values[i + 1] is the output of node i
  values[0] = input;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const auto& node = nodes_[n];
    std::vector<Sequence> inputs;
    for (const auto i : node.inputs) {
      auto& value = values[static_cast<std::size_t>(i + 1)];
      inputs.push_back(node.module->takes_repeated() ? value : value.expanded());
      if (--readers[static_cast<std::size_t>(i + 1)] == 0) value = {};
    }
    values[n + 1] = node.module->forward_inputs(inputs);
    inputs.clear();
    if (visit) visit(node.name, values[n + 1]);
  }
  return values.back();
}

const Shape& LayerGraph::output_shape() const { return nodes_.empty() ? input_shape_ : nodes_.back().output_shape; }

void LayerGraph::reset() const {
  for (const auto& node : nodes_) {
    if (auto* stateful = dynamic_cast<Stateful*>(node.module.get())) stateful->reset();
  }
}

void LayerGraph::set_random_key(const RandomKey& key) const {
  for (const auto& node : nodes_) {
    if (auto* randomized = dynamic_cast<Randomized*>(node.module.get())) {
      randomized->set_random_key(key.with(node.name));
    }
  }
}

bool LayerGraph::hold_draws(bool hold) const {
  bool all = true;
  for (const auto& node : nodes_) {
    auto* const randomized = dynamic_cast<Randomized*>(node.module.get());
    if (randomized && !randomized->hold_draws(hold)) all = false;
  }
  return all;
}

void LayerGraph::redraw() const {
  for (const auto& node : nodes_) {
    if (auto* randomized = dynamic_cast<Randomized*>(node.module.get())) randomized->redraw();
  }
}

}  // namespace qualia_snn::layer
