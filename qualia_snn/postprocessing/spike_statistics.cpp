#include "qualia_snn/postprocessing/spike_statistics.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/undisturbed_evaluation.h"

namespace qualia_snn::postprocessing {

namespace {

/// Returns prepared samples, [N, C, ...] or [N, T, C, ...], as the model gets them at each time step.
Sequence as_sequence(const at::Tensor& x, const learningmodel::LearningModel& model) {
  const bool has_time = x.dim() > static_cast<std::int64_t>(model.graph().input_shape().size()) + 1;
  return {has_time ? x.flatten(0, 1) : x, model.shape().timesteps, !has_time};
}

}  // namespace

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
  const learningframework::UndisturbedEvaluation evaluation(framework);
  const at::NoGradGuard no_grad;
  auto& model = framework.model();
  SpikeStatistics statistics;
  statistics.layers.resize(model.graph().nodes().size());
  const learningframework::Loader loader(data, batch_size);
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    const auto stored = loader.batch(i);
    const auto batch = framework.prepare(stored.x, stored.y, /*training=*/false, {});
    std::size_t node = 0;
    framework.forward_layers(batch.x,
                             [&](const std::string&, const Sequence& value) { statistics.layers[node++].add(value); });
    statistics.input.add(as_sequence(batch.x, model));
  }
  return statistics;
}

}  // namespace qualia_snn::postprocessing
