#include "qualia_snn/learningframework/spike_health.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "qualia_snn/core/random_source.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/undisturbed_evaluation.h"
#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::learningframework {
namespace {

constexpr std::int64_t kOneIn = 100, kFewestSamples = 32, kMostSamples = 256;

/// A layer of neurons in the graph, with what was added up so far; tensors stay on their device until the end.
struct Layer {
  std::string name;
  std::int64_t node, input;              ///< positions in the graph
  at::Tensor rates;                      ///< [neurons], summed over the samples
  at::Tensor fired, always;              ///< [neurons], at any step, at every step
  at::Tensor gradient_in, gradient_out;  ///< mean |gradient|, summed over the samples; undefined: there is none
};

std::vector<Layer> layers_of_neurons(const layer::LayerGraph& graph) {
  std::vector<Layer> layers;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const auto& node = graph.nodes()[n];
    if (!dynamic_cast<const neuron::SpikingNeuron*>(node.module.get())) continue;
    layers.push_back({node.name, static_cast<std::int64_t>(n), node.inputs.at(0), {}, {}, {}, {}, {}});
  }
  return layers;
}

void add_to(at::Tensor& sum, const at::Tensor& more) { sum = sum.defined() ? sum + more : more; }

void add_spikes(Layer& layer, const Sequence& output) {
  const auto spikes = output.expanded().x.detach().ne(0).flatten(1);  // [T*N, neurons]
  const auto steps = static_cast<double>(spikes.size(0)) / static_cast<double>(output.batch());
  add_to(layer.rates, spikes.sum(0, /*keepdim=*/false, at::kDouble) / steps);
  layer.fired = layer.fired.defined() ? layer.fired.logical_or(spikes.any(0)) : spikes.any(0);
  layer.always = layer.always.defined() ? layer.always.logical_and(spikes.all(0)) : spikes.all(0);
}

class Meter {
 public:
  explicit Meter(TrainerModule& module) : module_(module), layers_(layers_of_neurons(module.model().graph())) {
    // Neurons in evaluation mode have no surrogate, as in SpikingJelly; their spikes are the same.
    for (const auto& layer : layers_)
      module.model().graph().nodes()[static_cast<std::size_t>(layer.node)].module->train();
    for (const auto& layer : layers_) {
      values_[layer.node] = {};
      values_[layer.input] = {};
    }
  }

  void add(const dataaugmentation::Batch& batch) {
    const at::AutoGradMode with_gradients(true);
    const Autocast autocast(module_.precision(), module_.device());
    std::int64_t node = 0;
    const auto output = module_.forward_layers(batch.x, [&](const std::string&, const Sequence& value) {
      if (const auto kept = values_.find(node++); kept != values_.end()) kept->second = value;
    });
    const auto N = batch.x.size(0);
    samples_ += N;
    for (auto& layer : layers_) add_spikes(layer, values_.at(layer.node));
    // The loss is a mean: that of one sample is as large whatever the size of the batch.
    add_gradients(module_.loss(output, batch) * static_cast<double>(N), N);
    for (auto& [position, value] : values_) value = {};
  }

  std::vector<NamedHealth> result() const {
    std::vector<NamedHealth> all;
    const auto mean = [](const at::Tensor& neurons) { return neurons.to(at::kDouble).mean().item<double>(); };
    const auto mean_of_samples = [&](const at::Tensor& sum) {
      return sum.defined() ? mean(sum) / static_cast<double>(samples_) : std::numeric_limits<double>::quiet_NaN();
    };
    for (const auto& layer : layers_) {
      all.push_back({layer.name,
                     {mean_of_samples(layer.rates), 1 - mean(layer.fired), mean(layer.always),
                      mean_of_samples(layer.gradient_in), mean_of_samples(layer.gradient_out)}});
    }
    return all;
  }

 private:
  void add_gradients(const at::Tensor& loss, std::int64_t samples) {
    std::vector<at::Tensor> tensors;
    std::vector<at::Tensor*> sums;
    for (auto& layer : layers_) {
      for (const auto& [position, sum] :
           {std::pair{layer.input, &layer.gradient_in}, std::pair{layer.node, &layer.gradient_out}}) {
        const auto& x = values_.at(position).x;
        if (!x.defined() || !x.requires_grad()) continue;  // the input of the model
        tensors.push_back(x);
        sums.push_back(sum);
      }
    }
    if (tensors.empty() || !loss.requires_grad()) return;
    const auto gradients = torch::autograd::grad({loss}, tensors, {}, /*retain_graph=*/false, /*create_graph=*/false,
                                                 /*allow_unused=*/true);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (gradients[i].defined()) add_to(*sums[i], gradients[i].abs().mean().to(at::kDouble) * samples);
    }
  }

  TrainerModule& module_;
  std::vector<Layer> layers_;
  std::map<std::int64_t, Sequence> values_;  ///< by position in the graph, of the present batch
  std::int64_t samples_ = 0;
};

}  // namespace

HealthPlan health_plan(std::int64_t set_size) {
  const auto samples = std::min(set_size, std::clamp<std::int64_t>(set_size / kOneIn, kFewestSamples, kMostSamples));
  return {samples, set_size == 0 ? 1 : std::max<std::int64_t>(1, (samples * kOneIn + set_size - 1) / set_size)};
}

std::vector<NamedHealth> measure_spike_health(TrainerModule& module, const datamodel::RawData& data,
                                              std::int64_t batch_size, const RandomSource& augmentations) {
  const auto samples = health_plan(data.size()).samples;
  if (samples == 0 || layers_of_neurons(module.model().graph()).empty()) return {};
  const UndisturbedEvaluation evaluation(module);
  Meter meter(module);
  const auto chosen = evenly_spaced(samples, data.size());
  const datamodel::RawData some{data.x.index_select(0, chosen), data.y.index_select(0, chosen)};
  const Loader loader(some, batch_size);
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    const auto stored = loader.batch(i);
    meter.add(module.prepare(stored.x, stored.y, /*training=*/false, augmentations.with(i)));
  }
  return meter.result();
}

}  // namespace qualia_snn::learningframework
