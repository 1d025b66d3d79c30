#include "qualia_snn/learningframework/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/learningframework/fit.h"
#include "qualia_snn/learningframework/loader.h"

namespace qualia_snn::learningframework {
namespace {

/// Calls `visit` with the output and the target of every batch, in evaluation mode.
void run_evaluation(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                    const RandomSource& augmentations, auto&& visit) {
  const at::NoGradGuard no_grad;
  module.model().eval();
  const Loader loader(data, batch_size);
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    const auto stored = loader.batch(i);
    const auto batch = module.prepare(stored.x, stored.y, /*training=*/false, augmentations.with(i));
    visit(module.forward(batch.x), batch.target);
  }
}

}  // namespace

void fit(TrainerModule& module, const datamodel::RawData& train, const datamodel::RawData* valid, Optimizer* optimizer,
         const LRScheduler* scheduler, const FitOptions& options, Draws& draws,
         const std::vector<std::shared_ptr<Observer>>& observers) {
  module.set_type(module.precision().type);
  try {
    Fit(module, optimizer, scheduler, options, draws, observers).run(train, valid);
  } catch (...) {
    try {
      module.set_type(at::kFloat);
    } catch (const c10::Error&) {
      // Out of memory: what went wrong before tells more.
    }
    throw;
  }
  // What comes after training, evaluation and files, is in float32.
  module.set_type(at::kFloat);
}

MetricCollection evaluate(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                          const RandomSource& augmentations) {
  MetricCollection metrics(module.options().metrics);
  run_evaluation(module, data, batch_size, augmentations,
                 [&](const at::Tensor& output, const at::Tensor& target) { metrics.add(output, target); });
  return metrics;
}

at::Tensor predict(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                   const RandomSource& augmentations) {
  std::vector<at::Tensor> outputs;
  run_evaluation(module, data, batch_size, augmentations,
                 [&](const at::Tensor& output, const at::Tensor&) { outputs.push_back(output.cpu()); });
  return at::cat(outputs);
}

}  // namespace qualia_snn::learningframework
