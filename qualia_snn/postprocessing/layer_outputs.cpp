#include "qualia_snn/postprocessing/layer_outputs.h"

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

void visit_layer_outputs(learningframework::TrainerModule& framework, const datamodel::RawData& data,
                         std::int64_t batch_size, const LayerVisitor& visitor) {
  const learningframework::UndisturbedEvaluation evaluation(framework);
  const at::NoGradGuard no_grad;
  const learningframework::Loader loader(data, batch_size);
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    const auto stored = loader.batch(i);
    const auto batch = framework.prepare(stored.x, stored.y, /*training=*/false, {});
    std::size_t node = 0;
    framework.forward_layers(batch.x,
                             [&](const std::string&, const Sequence& value) { visitor.output(node++, value); });
    visitor.input(as_sequence(batch.x, framework.model()));
  }
}

}  // namespace qualia_snn::postprocessing
