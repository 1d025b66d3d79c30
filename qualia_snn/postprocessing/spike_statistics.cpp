#include "qualia_snn/postprocessing/spike_statistics.h"

#include <ATen/ATen.h>

#include "qualia_snn/postprocessing/layer_outputs.h"

namespace qualia_snn::postprocessing {

void TensorStatistics::add(const Sequence& value) {
  const auto copies = value.repeated ? value.T : 1;
  const auto nonzeros = value.x.count_nonzero().item<std::int64_t>();
  const auto ones = value.spikes ? nonzeros : value.x.eq(1).sum().item<std::int64_t>();
  spikes += static_cast<double>(copies * nonzeros);
  sum += static_cast<double>(copies) * value.x.sum(at::kDouble).item<double>();
  size += copies * value.x.numel();
  samples += value.T * value.batch();
  binary = binary && ones == nonzeros;
}

void TensorStatistics::join(const TensorStatistics& other) {
  spikes += other.spikes;
  sum += other.sum;
  size += other.size;
  samples = other.samples;
  binary = binary && other.binary;
}

SpikeStatistics measure_spikes(learningframework::TrainerModule& framework, const datamodel::RawData& data,
                               std::int64_t batch_size) {
  SpikeStatistics statistics;
  statistics.layers.resize(framework.model().graph().nodes().size());
  visit_layer_outputs(framework, data, batch_size,
                      {[&](const Sequence& input) { statistics.input.add(input); },
                       [&](std::size_t node, const Sequence& output) { statistics.layers[node].add(output); }});
  return statistics;
}

}  // namespace qualia_snn::postprocessing
