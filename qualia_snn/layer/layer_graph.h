#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/core/random.h"
#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// One layer of a graph.
struct Node {
  std::string name;  ///< dotted, as in the state_dict: "layers.conv1"
  std::shared_ptr<SequenceModule> module;
  std::vector<std::int64_t> inputs;  ///< positions of the nodes it reads; kGraphInput: the graph's input
  Shape output_shape;                ///< of one sample, channels first, without T and N
};

/// A model as data: named layers and what each of them reads.
///
/// Order of `add` = order of registration = order of `parameters()`. Summaries, plans, fusing, counting and exporting
/// are passes over graphs: a pass takes a graph and returns a graph with new modules, it never edits one in place.
///
///     LayerGraph graph({1, 28, 28});
///     graph.add("layers.conv1", std::make_shared<Conv>(...));           // reads the node before it
///     graph.add("layers.add", std::make_shared<Add>(), {0, 2});         // reads two earlier nodes
class QUALIA_SNN_API LayerGraph {
 public:
  static constexpr std::int64_t kGraphInput = -1;

  /// @param input_shape  of one sample, channels first, without T and N
  explicit LayerGraph(Shape input_shape);

  /// Appends a layer that reads the node before it (the first one: the graph's input).
  /// @return  its position.
  /// @throws ShapeError  naming the layer, if its input does not fit; ConfigError if the name is taken.
  std::int64_t add(const std::string& name, std::shared_ptr<SequenceModule> module);
  /// Appends a layer that reads the given nodes.
  std::int64_t add(const std::string& name, std::shared_ptr<SequenceModule> module, std::vector<std::int64_t> inputs);

  /// Registers a layer that `add` is to bring later: parameters need not come in the order of execution.
  void declare(const std::string& name, const std::shared_ptr<SequenceModule>& module);

  /// Called with the name of a layer and its output.
  using Visitor = std::function<void(const std::string& name, const Sequence& output)>;

  /// Runs all layers; the output is that of the last one. Intermediate results are freed after their last use.
  Sequence forward(const Sequence& input, const Visitor& visit = {}) const;

  const std::vector<Node>& nodes() const { return nodes_; }
  const Shape& input_shape() const { return input_shape_; }
  /// Returns the shape of the last node's output, or of the input of an empty graph.
  const Shape& output_shape() const;
  /// Returns the module tree made from the dots of the names.
  const std::shared_ptr<torch::nn::Module>& root() const { return root_; }

  /// Forgets the state of every stateful layer.
  void reset() const;
  /// Makes the draws of the next forward a function of `key` and of each layer's name.
  void set_random_key(const RandomKey& key) const;
  /// Lets every layer that draws hold what it drew, or ends that; returns whether all of them can.
  bool hold_draws(bool hold) const;
  /// Draws what is held anew.
  void redraw() const;

 private:
  Shape input_shape_;
  std::vector<Node> nodes_;
  std::shared_ptr<torch::nn::Module> root_;
};

}  // namespace qualia_snn::layer
