#include "qualia_snn/learningframework/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <utility>

#include "qualia_snn/learningframework/fit.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/prefetcher.h"

namespace qualia_snn::learningframework {
namespace {

/// Calls `visit` with the output and the target of every batch, in evaluation mode.
void run_evaluation(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size,
                    const RandomSource& augmentations, auto&& visit) {
  const at::NoGradGuard no_grad;
  module.model().eval();
  const Loader loader(data, batch_size);
  const bool on_cpu = module.device().is_cpu();
  // As far as threads may: all of a batch on the CPU, what comes before the device for a GPU.
  const auto make = [&](std::int64_t i) {
    const auto stored = loader.batch(i);
    auto batch = module.begin_batch(stored.x, stored.y, /*training=*/false, augmentations.with(i));
    return on_cpu ? module.finish_batch(std::move(batch), /*training=*/false, augmentations.with(i)) : batch;
  };
  // LibTorch's own generators have to be drawn from in order.
  const auto workers = augmentations.has_key() ? module.options().num_workers : 0;
  Prefetcher batches(0, loader.batches(), workers, make);
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    auto batch = batches.next();
    if (!on_cpu) batch = module.finish_batch(std::move(batch), /*training=*/false, augmentations.with(i));
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
