#include "qualia_snn/learningframework/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/prefetcher.h"
#include "qualia_snn/learningframework/training_step.h"

namespace qualia_snn::learningframework {
namespace {

using Clock = std::chrono::steady_clock;

class Fit {
 public:
  Fit(TrainerModule& module, Optimizer* optimizer, const FitOptions& options, Draws& draws,
      const std::vector<std::shared_ptr<Observer>>& observers)
      : module_(module),
        optimizer_(optimizer),
        options_(options),
        draws_(draws),
        observers_(observers),
        train_metrics_(module.options().metrics) {
    if (module.options().cuda_graphs) record_steps();
  }

  void run(const datamodel::RawData& train, const datamodel::RawData* valid, const LRScheduler* scheduler) {
    notify(&Observer::on_fit_begin, FitInfo{module_, options_.name, options_.epochs,
                                            Loader(train, options_.batch_size).batches(), train.size()});
    const double base_rate = optimizer_ ? optimizer_->learning_rate() : 0;
    if (optimizer_ && scheduler) scheduler->check(*optimizer_, options_.epochs);
    for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
      if (optimizer_ && scheduler) scheduler->start_epoch(epoch, base_rate, *optimizer_);
      auto info = run_epoch(train, epoch);
      if (valid && valid->size() > 0) {
        const auto source = draws_.begin_evaluation("valid", epoch);
        const auto metrics = evaluate(module_, *valid, options_.batch_size, source).compute("val_");
        info.metrics.insert(info.metrics.end(), metrics.begin(), metrics.end());
      }
      notify(&Observer::on_epoch_end, info);
    }
    for (const auto& observer : observers_) observer->on_fit_end();
  }

 private:
  /// A step whose loss may still be on its way from the device.
  struct PendingStep {
    std::int64_t epoch, step, samples;
    at::Tensor loss;
  };

  void record_steps() {
    auto graph = make_device_graph(module_.device());
    if (graph) {
      recorded_step_.emplace(module_, std::move(graph));
    } else {
      log::warning("learningframework.params.cuda_graphs has no effect on " + device_text(module_.device()));
    }
  }

  template <class Info>
  void notify(void (Observer::*hook)(const Info&), const Info& info) {
    for (const auto& observer : observers_) ((*observer).*hook)(info);
  }

  static std::string where(std::int64_t epoch, std::int64_t step) {
    return concat(" in epoch ", epoch + 1, ", step ", step + 1);
  }

  EpochInfo run_epoch(const datamodel::RawData& train, std::int64_t epoch) {
    const auto start = Clock::now();
    const Loader loader(train, options_.batch_size, draws_.order(epoch, train.size()));
    module_.model().train();
    train_metrics_ = MetricCollection(module_.options().metrics);
    loss_sum_ = 0;
    Prefetcher batches(0, loader.batches(), module_.options().num_workers,
                       [&](std::int64_t step) { return make_batch(loader, epoch, step); });
    for (std::int64_t step = 0; step < loader.batches(); ++step) {
      try {
        auto pending = run_step(batches.next(), epoch, step);
        finish_step();
        pending_ = std::move(pending);
        // The CPU has nothing to wait for, and an error is best told at once.
        if (module_.device().is_cpu()) finish_step();
      } catch (const Error&) {
        throw;
      } catch (const c10::OutOfMemoryError&) {
        throw DeviceError(concat(options_.name, ": the device has not enough memory", where(epoch, step),
                                 "; use a smaller batch_size"));
      } catch (const c10::Error& error) {
        throw TrainingError(
            concat(options_.name, ": training failed: ", error.what_without_backtrace(), where(epoch, step)));
      } catch (const std::exception& error) {
        throw TrainingError(concat(options_.name, ": training failed: ", error.what(), where(epoch, step)));
      }
    }
    finish_step();
    check_weights(epoch);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto samples = static_cast<double>(train.size());
    return {epoch,
            options_.epochs,
            (epoch + 1) * loader.batches(),
            loss_sum_ / samples,
            optimizer_ ? optimizer_->learning_rate() : 0,
            seconds,
            samples / seconds,
            train_metrics_.compute("train_")};
  }

  /// Makes a batch as far as threads may: all of it on the CPU, what comes before the device for a GPU, and nothing but
  /// its samples where draws have to wait for the steps before.
  dataaugmentation::Batch make_batch(const Loader& loader, std::int64_t epoch, std::int64_t step) {
    const auto stored = loader.batch(step);
    const auto source = draws_.augmentations_of(epoch, step);
    if (!source) return {stored.x, stored.y, {}, {}, 1};
    auto batch = module_.begin_batch(stored.x, stored.y, /*training=*/true, *source);
    if (!module_.device().is_cpu()) return batch;
    return module_.finish_batch(std::move(batch), /*training=*/true, *source);
  }

  PendingStep run_step(dataaugmentation::Batch batch, std::int64_t epoch, std::int64_t step) {
    const auto samples = batch.x.size(0);
    const auto source = draws_.begin_training_step(module_.model(), epoch, step);
    if (!draws_.augmentations_of(epoch, step)) {
      batch = module_.prepare(batch.x, batch.target, /*training=*/true, source);
    } else if (!module_.device().is_cpu()) {
      batch = module_.finish_batch(std::move(batch), /*training=*/true, source);
    }
    auto result = recorded_step_ ? recorded_step_->run(batch) : training_step(module_, batch);
    if (optimizer_) optimizer_->step();
    // Qualia: a mixed batch has no right class, so nothing is counted.
    if (!batch.second_target.defined()) train_metrics_.add(result.output, batch.target);
    return {epoch, step, samples, std::move(result.loss)};
  }

  /// Reads the loss of the step before and tells the observers.
  void finish_step() {
    if (!pending_) return;
    const auto [epoch, step, samples, tensor] = *std::exchange(pending_, std::nullopt);
    const auto loss = tensor.item<double>();
    QUALIA_SNN_CHECK(std::isfinite(loss), TrainingError, options_.name, ": training diverged: the loss is ", loss,
                     where(epoch, step), " (learning rate ", optimizer_ ? optimizer_->learning_rate() : 0,
                     "); try a lower learning rate");
    loss_sum_ += loss * static_cast<double>(samples);
    notify(&Observer::on_step_end, StepInfo{epoch, step, loss});
  }

  /// NaN never fires, so weights that are not finite can hide behind a finite loss.
  void check_weights(std::int64_t epoch) const {
    const auto check = [&](const std::string& name, const at::Tensor& tensor) {
      QUALIA_SNN_CHECK(tensor.isfinite().all().item<bool>(), TrainingError, options_.name,
                       ": training diverged: ", name, " is not finite after epoch ", epoch + 1,
                       "; try a lower learning rate");
    };
    for (const auto& item : module_.model().named_parameters()) check(item.key(), item.value());
    for (const auto& item : module_.model().named_buffers()) check(item.key(), item.value());
  }

  TrainerModule& module_;
  Optimizer* optimizer_;
  const FitOptions& options_;
  Draws& draws_;
  const std::vector<std::shared_ptr<Observer>>& observers_;
  MetricCollection train_metrics_;
  double loss_sum_ = 0;
  std::optional<PendingStep> pending_;
  std::optional<RecordedStep> recorded_step_;
};

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

Observer::~Observer() = default;

void fit(TrainerModule& module, const datamodel::RawData& train, const datamodel::RawData* valid, Optimizer* optimizer,
         const LRScheduler* scheduler, const FitOptions& options, Draws& draws,
         const std::vector<std::shared_ptr<Observer>>& observers) {
  module.set_type(module.precision().type);
  try {
    Fit(module, optimizer, options, draws, observers).run(train, valid, scheduler);
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
