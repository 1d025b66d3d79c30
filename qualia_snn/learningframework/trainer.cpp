#include "qualia_snn/learningframework/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cmath>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/loader.h"

namespace qualia_snn::learningframework {
namespace {

using Clock = std::chrono::steady_clock;

/// Makes what LibTorch's own generator gives during a step a function of the step, for modules that are not ours.
void reseed_default_generator(const RandomKey& key) { at::manual_seed(key.with("torch").value()); }

class Fit {
 public:
  Fit(TrainerModule& module, Optimizer* optimizer, const FitOptions& options,
      const std::vector<std::shared_ptr<Observer>>& observers)
      : module_(module), optimizer_(optimizer), options_(options), observers_(observers) {}

  void run(const datamodel::RawData& train, const datamodel::RawData* valid, const LRScheduler* scheduler) {
    notify(&Observer::on_fit_begin,
           FitInfo{options_.name, options_.epochs, Loader(train, options_.batch_size).batches(), train.size()});
    const double base_rate = optimizer_ ? optimizer_->learning_rate() : 0;
    if (optimizer_ && scheduler) scheduler->check(*optimizer_, options_.epochs);
    for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
      if (optimizer_ && scheduler) scheduler->start_epoch(epoch, base_rate, *optimizer_);
      auto info = run_epoch(train, epoch);
      if (valid && valid->size() > 0) {
        const auto metrics = evaluate(module_, *valid, options_.batch_size).compute(module_.options().metrics, "val_");
        info.metrics.insert(info.metrics.end(), metrics.begin(), metrics.end());
      }
      notify(&Observer::on_epoch_end, info);
    }
    for (const auto& observer : observers_) observer->on_fit_end();
  }

 private:
  template <class Info>
  void notify(void (Observer::*hook)(const Info&), const Info& info) {
    for (const auto& observer : observers_) ((*observer).*hook)(info);
  }

  EpochInfo run_epoch(const datamodel::RawData& train, std::int64_t epoch) {
    const auto start = Clock::now();
    const auto key = options_.key.with("epoch").with(epoch);
    const Loader loader(train, options_.batch_size, key.with("order"));
    module_.model().train();
    ConfusionMatrix matrix;
    double loss_sum = 0;
    for (std::int64_t step = 0; step < loader.batches(); ++step) {
      const auto batch = loader.batch(step);
      const auto where = concat(" in epoch ", epoch + 1, ", step ", step + 1);
      double loss = 0;
      try {
        loss = run_step(batch, key.with("batch").with(step), matrix);
      } catch (const Error&) {
        throw;
      } catch (const c10::Error& error) {
        throw TrainingError(concat(options_.name, ": training failed: ", error.what_without_backtrace(), where));
      } catch (const std::exception& error) {
        throw TrainingError(concat(options_.name, ": training failed: ", error.what(), where));
      }
      QUALIA_SNN_CHECK(std::isfinite(loss), TrainingError, options_.name, ": training diverged: the loss is ", loss,
                       where, " (learning rate ", optimizer_ ? optimizer_->learning_rate() : 0,
                       "); try a lower learning rate");
      loss_sum += loss * static_cast<double>(batch.x.size(0));
      notify(&Observer::on_step_end, StepInfo{epoch, step});
    }
    check_weights(epoch);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto samples = static_cast<double>(train.size());
    return {epoch,
            options_.epochs,
            loss_sum / samples,
            optimizer_ ? optimizer_->learning_rate() : 0,
            seconds,
            samples / seconds,
            matrix.compute(module_.options().metrics, "train_")};
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

  double run_step(const Batch& batch, const RandomKey& key, ConfusionMatrix& matrix) {
    reseed_default_generator(key);
    module_.model().set_random_key(key);
    if (optimizer_) optimizer_->zero_grad();
    const auto output = module_.forward(module_.channels_last_to_channels_first(batch.x));
    const auto loss = module_.loss(output, batch.y);
    const auto value = loss.item<double>();
    if (!std::isfinite(value)) return value;
    loss.backward();
    if (optimizer_) optimizer_->step();
    matrix.add(output, batch.y);
    return value;
  }

  TrainerModule& module_;
  Optimizer* optimizer_;
  const FitOptions& options_;
  const std::vector<std::shared_ptr<Observer>>& observers_;
};

}  // namespace

Observer::~Observer() = default;

void fit(TrainerModule& module, const datamodel::RawData& train, const datamodel::RawData* valid, Optimizer* optimizer,
         const LRScheduler* scheduler, const FitOptions& options,
         const std::vector<std::shared_ptr<Observer>>& observers) {
  Fit(module, optimizer, options, observers).run(train, valid, scheduler);
}

ConfusionMatrix evaluate(TrainerModule& module, const datamodel::RawData& data, std::int64_t batch_size) {
  const at::NoGradGuard no_grad;
  module.model().eval();
  const Loader loader(data, batch_size);
  ConfusionMatrix matrix;
  for (std::int64_t i = 0; i < loader.batches(); ++i) {
    const auto batch = loader.batch(i);
    matrix.add(module.forward(module.channels_last_to_channels_first(batch.x)), batch.y);
  }
  return matrix;
}

}  // namespace qualia_snn::learningframework
