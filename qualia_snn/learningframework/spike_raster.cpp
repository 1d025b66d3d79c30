#include "qualia_snn/learningframework/spike_raster.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <set>

#include "qualia_snn/learningframework/undisturbed_evaluation.h"
#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::learningframework {
namespace {

constexpr std::int64_t kMostNeurons = 64;

std::set<std::string> first_and_last(const layer::LayerGraph& graph) {
  std::vector<std::string> names;
  for (const auto& node : graph.nodes()) {
    if (dynamic_cast<const neuron::SpikingNeuron*>(node.module.get())) names.push_back(node.name);
  }
  if (names.empty()) return {};
  return {names.front(), names.back()};
}

}  // namespace

std::vector<SpikeRaster> record_spikes(TrainerModule& module, const datamodel::RawData& data, std::int64_t samples,
                                       const RandomSource& augmentations) {
  const auto layers = first_and_last(module.model().graph());
  const auto chosen = evenly_spaced(samples, data.size());
  if (layers.empty() || chosen.numel() == 0) return {};
  const at::NoGradGuard no_grad;
  const UndisturbedEvaluation evaluation(module);
  const auto batch =
      module.prepare(data.x.index_select(0, chosen), data.y.index_select(0, chosen), /*training=*/false, augmentations);
  std::vector<SpikeRaster> rasters;
  const auto output = module.forward_layers(batch.x, [&](const std::string& name, const Sequence& given) {
    if (!layers.contains(name)) return;
    const auto value = given.expanded();
    const auto spikes = value.x.ne(0).flatten(1).unflatten(0, {value.T, value.batch()});  // [T, N, neurons]
    const auto neurons = evenly_spaced(kMostNeurons, spikes.size(2)).to(spikes.device());
    const auto some = spikes.index_select(2, neurons).cpu();
    for (std::int64_t i = 0; i < chosen.size(0); ++i) {
      rasters.push_back({chosen[i].item<std::int64_t>(), 0, 0, name, some.select(1, i).contiguous()});
    }
  });
  const auto truth = data.y.index_select(0, chosen).argmax(1), predicted = output.argmax(1).cpu();
  for (std::size_t r = 0; r < rasters.size(); ++r) {
    const auto i = static_cast<std::int64_t>(r) % chosen.size(0);
    rasters[r].truth = truth[i].item<std::int64_t>();
    rasters[r].predicted = predicted[i].item<std::int64_t>();
  }
  std::stable_sort(rasters.begin(), rasters.end(), [](const auto& a, const auto& b) { return a.sample < b.sample; });
  return rasters;
}

}  // namespace qualia_snn::learningframework
