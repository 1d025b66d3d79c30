#include "qualia_snn/learningmodel/execution_plan.h"

#include <memory>
#include <utility>
#include <vector>

#include "qualia_snn/layer/fused_block.h"
#include "qualia_snn/layer/readers.h"

namespace qualia_snn::learningmodel {
namespace {

using layer::LayerGraph;
using layer::Node;

/// Consecutive nodes that run together.
struct Run {
  std::size_t first, last;
  layer::FusedLayers layers;
  std::size_t count() const { return last - first + 1; }
};

class Planner {
 public:
  Planner(const LayerGraph& graph, const std::set<std::string>& watched)
      : nodes_(graph.nodes()), readers_(layer::readers(graph)), watched_(watched), plan_(graph.input_shape()) {}

  LayerGraph run() {
    std::vector<std::int64_t> places;  // in the plan, of the nodes of the graph
    for (std::size_t n = 0; n < nodes_.size();) {
      auto run = run_from(n);
      std::vector<std::int64_t> inputs;
      for (const auto i : nodes_[n].inputs) inputs.push_back(i < 0 ? i : places[static_cast<std::size_t>(i)]);
      const auto place = run.count() > 1
                             ? plan_.add(name_of(run), std::make_shared<layer::FusedBlock>(run.layers), inputs)
                             : plan_.add(nodes_[n].name, nodes_[n].module, inputs);
      places.insert(places.end(), run.count(), place);
      n += run.count();
    }
    return std::move(plan_);
  }

 private:
  /// Takes node n as the next layer of a run if it is of this type and nobody but the run reads what comes before it.
  template <class Module>
  void take(std::shared_ptr<Module>& layer, Run& run, std::size_t& next) const {
    if (next >= nodes_.size()) return;
    const bool is_first = next == run.first;
    if (!is_first && !follows(next)) return;
    auto module = std::dynamic_pointer_cast<Module>(nodes_[next].module);
    if (!module) return;
    layer = std::move(module);
    run.last = next++;
  }

  /// Whether node n reads the node before it, of the same group, which no one else does.
  bool follows(std::size_t n) const {
    const auto& before = nodes_[n - 1];
    const auto group_of = [](const std::string& name) { return name.substr(0, name.rfind('.') + 1); };
    return nodes_[n].inputs == std::vector{static_cast<std::int64_t>(n) - 1} && readers_[n - 1].size() == 1 &&
           !watched_.contains(before.name) && group_of(before.name) == group_of(nodes_[n].name);
  }

  Run run_from(std::size_t first) const {
    Run run{first, first, {}};
    auto next = first;
    take(run.layers.batch_norm, run, next);
    take(run.layers.neuron, run, next);
    if (!run.layers.neuron) return {first, first, {}};
    take(run.layers.dropout, run, next);
    take(run.layers.max_pool, run, next);
    return run;
  }

  /// Returns the names joined by +, the groups of the first one in front.
  std::string name_of(const Run& run) const {
    auto name = nodes_[run.first].name;
    for (auto n = run.first + 1; n <= run.last; ++n) {
      const auto& next = nodes_[n].name;
      name += "+" + next.substr(next.rfind('.') + 1);
    }
    return name;
  }

  const std::vector<Node>& nodes_;
  std::vector<std::vector<std::size_t>> readers_;
  const std::set<std::string>& watched_;
  LayerGraph plan_;
};

}  // namespace

LayerGraph execution_plan(const LayerGraph& graph, const std::set<std::string>& watched) {
  return Planner(graph, watched).run();
}

}  // namespace qualia_snn::learningmodel
