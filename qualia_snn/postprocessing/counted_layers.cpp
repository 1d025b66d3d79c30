#include "qualia_snn/postprocessing/counted_layers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "qualia_snn/layer/add.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/layer/readers.h"
#include "qualia_snn/neuron/neuron_layer.h"

namespace qualia_snn::postprocessing {
namespace {

using Kind = CountedLayer::Kind;
using layer::Node;

/// Neurons without a leak: what they integrate stays.
const std::set<std::string> kIntegrators = {"IFNode", "ATIF", "IFSRL"};
/// Qualia: SpikingJelly evaluates other neurons with a module of the surrogate, which the sums count too.
const std::set<std::string> kWithoutSurrogate = {"IFNode", "LIFNode"};

std::string table_name(const std::string& name) {
  auto changed = name;
  std::replace(changed.begin(), changed.end(), '.', '_');
  return changed;
}

CountedLayer describe(const Node& node, std::vector<Shape> inputs) {
  CountedLayer counted;
  counted.name = table_name(node.name);
  counted.inputs = std::move(inputs);
  counted.output = node.output_shape;
  const auto* const module = node.module.get();
  const auto numel = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.numel() : 0; };
  if (const auto* conv = dynamic_cast<const layer::Conv*>(module)) {
    counted.kind = Kind::kConv;
    counted.kernel = conv->options.kernel_size;
    counted.stride = conv->options.stride;
    counted.weights = numel(conv->weight);
    counted.biases = numel(conv->bias);
  } else if (const auto* linear = dynamic_cast<const layer::Linear*>(module)) {
    counted.kind = Kind::kDense;
    counted.weights = numel(linear->weight);
    counted.biases = numel(linear->bias);
  } else if (dynamic_cast<const layer::Add*>(module)) {
    counted.kind = Kind::kAdd;
  } else if (dynamic_cast<const layer::Flatten*>(module)) {
    counted.kind = Kind::kFlatten;
  } else if (dynamic_cast<const neuron::NeuronLayerBase*>(module)) {
    counted.kind = Kind::kNeuron;
  }
  return counted;
}

class Counter {
 public:
  explicit Counter(const learningmodel::LearningModel& model)
      : nodes_(model.graph().nodes()), readers_(layer::readers(model.graph())) {
    result_.timesteps = model.shape().timesteps;
    result_.spiking = model.shape().step_mode.has_value();
    for (const auto& node : nodes_) {
      std::vector<Shape> inputs;
      for (const auto i : node.inputs) {
        inputs.push_back(i < 0 ? model.graph().input_shape() : nodes_[position(i)].output_shape);
      }
      layers_.push_back(describe(node, std::move(inputs)));
    }
    for (std::size_t n = 0; n < nodes_.size(); ++n) note_neuron(n);
  }

  /// Takes what passed through the layers.
  void take(const SpikeStatistics& statistics) {
    for (std::size_t n = 0; n < layers_.size(); ++n) {
      auto& layer = layers_[n];
      for (const auto i : nodes_[n].inputs) layer.in.join(i < 0 ? statistics.input : statistics.layers[position(i)]);
      layer.out = statistics.layers[n];
    }
    for (std::size_t n = 0; n < layers_.size(); ++n) {
      if (layers_[n].kind == Kind::kAdd) add_up_spikes(n);
    }
  }

  void sum_up(const SpikeStatistics& statistics, bool exclude_nonbinary) {
    const auto add = [&](const TensorStatistics& value, TensorStatistics& sum, double& count) {
      if (exclude_nonbinary && !value.binary) return;
      sum.join(value);
      count += value.count(result_.timesteps);
    };
    const auto add_both = [&](const TensorStatistics& in, const TensorStatistics& out) {
      add(in, result_.in, result_.in_count);
      add(out, result_.out, result_.out_count);
    };
    add_both(statistics.input, statistics.layers.back());  // Qualia: the model itself is a layer too
    for (std::size_t n = 0; n < layers_.size(); ++n) {
      const auto& layer = layers_[n];
      add_both(layer.in, layer.out);
      if (layer.kind == Kind::kAdd) {
        // Qualia: so is what its Add has inside, which no one turned into spikes.
        add_both(statistics.layers[n], statistics.layers[n]);
        result_.uniform = false;
      }
      if (layer.kind != Kind::kNeuron) continue;
      // Qualia: a layer that neurons read is counted a second time, under its name in the table.
      if (nodes_[n].inputs[0] >= 0) add_both(layers_[position(nodes_[n].inputs[0])].in, layer.out);
      if (kWithoutSurrogate.contains(nodes_[n].module->kind())) continue;
      auto potential = layer.out;
      potential.spikes = static_cast<double>(potential.size);
      potential.binary = false;
      add_both(potential, layer.out);
      result_.uniform = false;
    }
  }

  CountedModel result() {
    for (std::size_t n = 0; n < layers_.size(); ++n) {
      const auto before = nodes_[n].inputs[0];
      const bool in_row_before =
          layers_[n].kind == Kind::kNeuron && before >= 0 &&
          (layers_[position(before)].kind == Kind::kConv || layers_[position(before)].kind == Kind::kDense);
      if (in_row_before) continue;
      auto row = layers_[n];
      // The output of a row is that of its neuron.
      for (const auto reader : readers_[n]) {
        if (layers_[reader].kind == Kind::kNeuron) row.out = layers_[reader].out;
      }
      result_.layers.push_back(std::move(row));
    }
    return std::move(result_);
  }

 private:
  static std::size_t position(std::int64_t node) { return static_cast<std::size_t>(node); }

  /// Gives a layer the name of the neuron that reads it; its table row tells of both.
  void note_neuron(std::size_t n) {
    if (layers_[n].kind != Kind::kNeuron || nodes_[n].inputs[0] < 0) return;
    const auto before = position(nodes_[n].inputs[0]);
    layers_[before].name += table_name(nodes_[n].name);
    if (readers_[before].front() != n) return;  // Qualia: only the first reader counts
    layers_[before].fires = true;
    layers_[before].leaks = !kIntegrators.contains(nodes_[n].module->kind());
  }

  void add_up_spikes(std::size_t n) {
    if (!layers_[n].in.binary) return;
    const auto turn_into_spikes = [](TensorStatistics& sums) {
      sums.spikes = sums.sum;
      sums.binary = true;
    };
    turn_into_spikes(layers_[n].out);
    for (const auto reader : readers_[n]) {
      const auto& inputs = nodes_[reader].inputs;
      const bool all = std::all_of(inputs.begin(), inputs.end(),
                                   [&](std::int64_t i) { return i >= 0 && layers_[position(i)].out.binary; });
      if (all) turn_into_spikes(layers_[reader].in);
    }
  }

  const std::vector<Node>& nodes_;
  std::vector<std::vector<std::size_t>> readers_;
  std::vector<CountedLayer> layers_;
  CountedModel result_;
};

}  // namespace

CountedModel count_layers(const learningmodel::LearningModel& model, const SpikeStatistics& spikes,
                          bool exclude_nonbinary) {
  Counter counter(model);
  if (!model.shape().step_mode) return counter.result();
  counter.take(spikes);
  counter.sum_up(spikes, exclude_nonbinary);
  return counter.result();
}

}  // namespace qualia_snn::postprocessing
