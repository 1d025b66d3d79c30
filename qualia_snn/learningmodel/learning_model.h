#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/learningmodel/model_parts.h"

namespace qualia_snn::learningmodel {

/// A network: a graph of layers with the sizes of its input and output.
class QUALIA_SNN_API LearningModel : public torch::nn::Module {
 public:
  /// @param warnings  what the model's parameters say that nothing uses
  LearningModel(ModelShape shape, layer::LayerGraph graph, std::vector<std::string> warnings = {});
  explicit LearningModel(ModelParts parts);
  ~LearningModel() override;

  /// Maps [T*N, C, ...] to [T*N, K]; neurons keep their state between calls until `reset()`, unless the input is
  /// complete.
  Sequence forward(const Sequence& input);
  /// The same layer by layer, with every layer's output shown; nothing is fused or computed again.
  Sequence forward_layers(const Sequence& input, const layer::LayerGraph::Visitor& visit);
  /// Calls `visitor` with the output of a layer whenever that layer ran: it is not hidden in a fused block any more.
  /// @throws ConfigError  if no layer has this name.
  void watch(const std::string& layer, layer::LayerGraph::Visitor visitor);
  /// Returns whether a visitor waits for the output of a layer, or of the plan's steps.
  bool is_watched() const { return !visitors_.empty() || plan_visitor_; }
  /// Calls `visitor`, if there is one, with the output of every step of the plan.
  void watch_plan(layer::LayerGraph::Visitor visitor) { plan_visitor_ = std::move(visitor); }
  /// Runs layer by layer, or by the execution plan, as at first: the results are the same,
  /// but that the plan rounds less with bfloat16.
  void set_fused(bool fused);
  /// Lets the backward pass compute convolutions again instead of keeping their outputs, where neurons or fused blocks
  /// read them: less memory, more time, the same bits.
  ///
  /// @return  whether there is such a convolution
  bool set_recompute(bool recompute);
  /// Returns the graph that `forward` runs.
  const layer::LayerGraph& plan() const { return plan_; }
  /// Forgets the state of all layers.
  void reset();
  /// Makes the draws of the next forward a function of `key`.
  void set_random_key(const RandomKey& key);
  /// Lets every layer that draws hold what it drew, or ends that, as Randomized says; returns whether all of them can.
  bool hold_draws(bool hold) { return graph_.hold_draws(hold); }
  /// Draws what is held anew.
  void redraw() { graph_.redraw(); }

  const layer::LayerGraph& graph() const { return graph_; }
  const ModelShape& shape() const { return shape_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Returns the number of parameters; buffers do not count.
  std::int64_t parameter_count() const;
  /// Returns one line per layer: name, kind, output shape, parameters, multiply-accumulates of a sample per time step.
  std::string summary() const;

 private:
  void make_plan();

  ModelShape shape_;
  layer::LayerGraph graph_, plan_;
  std::map<std::string, std::vector<layer::LayerGraph::Visitor>> visitors_;  ///< by layer
  layer::LayerGraph::Visitor plan_visitor_;
  bool fused_ = true, recompute_ = false;
  bool recomputes_ = false;  ///< whether that has an effect
  std::vector<std::string> warnings_;
};

}  // namespace qualia_snn::learningmodel
