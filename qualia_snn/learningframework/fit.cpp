#include "qualia_snn/learningframework/fit.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <utility>

#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/random_source.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/prefetcher.h"
#include "qualia_snn/learningframework/spike_health.h"

namespace qualia_snn::learningframework {
namespace {

/// So many updates in a row that are left out mean that none will work any more.
constexpr std::int64_t kMostLeftOut = 100;

/// Numbers or a loss that training cannot go on with, unless it goes back.
struct Diverged {
  std::string reason;
};

State copy(const State& state) {
  State copied;
  for (const auto& [name, tensor] : state.tensors()) copied.set(name, tensor.detach().clone());
  for (const auto& [name, text] : state.texts()) copied.set_text(name, text);
  return copied;
}

}  // namespace

Fit::Fit(TrainerModule& module, Optimizer* optimizer, const LRScheduler* scheduler, const FitOptions& options,
         Draws& draws, const std::vector<std::shared_ptr<Observer>>& observers)
    : module_(module),
      optimizer_(optimizer),
      scheduler_(scheduler),
      options_(options),
      draws_(draws),
      observers_(observers),
      update_(module, optimizer),
      train_metrics_(module.options().metrics),
      base_rate_(learning_rate()) {
  if (module.options().cuda_graphs) record_steps();
}

void Fit::record_steps() {
  auto graph = make_device_graph(module_.device());
  if (!graph) {
    log::warning("learningframework.params.cuda_graphs has no effect on " + device_text(module_.device()));
  } else if (module_.options().accumulate_grad_batches > 1) {
    log::warning("learningframework.params.cuda_graphs has no effect with accumulate_grad_batches");
  } else {
    recorded_step_.emplace(module_, std::move(graph), update_.backward());
  }
}

void Fit::check_guards(const datamodel::RawData* valid) const {
  const auto& options = module_.options();
  const bool measured = (valid && valid->size() > 0) || !options.checkpoint_metric.name.starts_with("val_");
  QUALIA_SNN_CHECK(options.early_stopping_patience == 0 || measured, ConfigError,
                   "learningframework.params.early_stopping_patience: there is no validation set, so ",
                   options.checkpoint_metric.name,
                   " is never measured; set bench.use_test_as_valid = true or checkpoint_metric.name = \"train_loss\"");
}

void Fit::run(const datamodel::RawData& train, const datamodel::RawData* valid) {
  check_guards(valid);
  begin(train);
  while (!is_over()) {
    try {
      run_epoch(train, valid);
    } catch (const Diverged& diverged) {
      reload(diverged.reason);
    }
  }
  update_.swap_average();
  for (const auto& observer : observers_) observer->on_fit_end();
}

void Fit::begin(const datamodel::RawData& train) {
  batches_ = Loader(train, options_.batch_size).batches();
  notify(&Observer::on_fit_begin, FitInfo{module_, options_.name, options_.epochs, batches_, train.size()});
  if (optimizer_ && scheduler_) scheduler_->check(*optimizer_, options_.epochs);
  if (options_.checkpoints) {
    if (const auto state = options_.checkpoints->resume()) {
      load(*state);
      log::info(concat(options_.name, ": going on", where(step_)));
    }
  }
  if (module_.options().on_nonfinite == "reload") last_good_ = copy(save());
}

bool Fit::is_over() const {
  if (epoch_ >= options_.epochs) return true;
  const auto& options = module_.options();
  if (step_ > 0) return false;  // the epoch has to be ended
  if (options.max_steps >= 0 && update_.updates() >= options.max_steps) return true;
  const auto limit = options.time_limit();
  if (limit && seconds_so_far() >= static_cast<double>(limit->count())) {
    log::info(concat(options_.name, ": max_time is over"));
    return true;
  }
  for (const auto& observer : observers_) {
    const auto reason = observer->stop_reason();
    if (!reason) continue;
    log::info(concat(options_.name, ": training ends early: ", *reason));
    return true;
  }
  return false;
}

void Fit::run_epoch(const datamodel::RawData& train, const datamodel::RawData* valid) {
  if (step_ == 0 && optimizer_ && scheduler_) scheduler_->start_epoch(epoch_, base_rate_, *optimizer_);
  const auto start = Clock::now();
  train_epoch(train);
  check_weights();
  auto info = end_training_part(start);
  check_divergence(info.loss);
  update_.swap_average();
  if (valid && valid->size() > 0) {
    const auto source = draws_.begin_evaluation("valid", epoch_);
    const auto metrics = evaluate(module_, *valid, options_.batch_size, source).compute("val_");
    info.metrics.insert(info.metrics.end(), metrics.begin(), metrics.end());
  }
  if (module_.options().spike_health && health_plan(train.size()).is_due(epoch_, options_.epochs)) {
    const RandomSource source(RandomKey(0).with("spike_health").with(epoch_));
    const auto start = Clock::now();
    info.health = measure_spike_health(module_, train, options_.batch_size, source);
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    log::debug(concat("spike health: ", took, " s, after an epoch of ", info.seconds, " s"));
  }
  notify(&Observer::on_epoch_end, info);
  update_.swap_average();
  ++epoch_;
  step_ = 0;
  if (last_good_) last_good_ = copy(save());
  keep(/*epoch_ended=*/true);
}

void Fit::train_epoch(const datamodel::RawData& train) {
  auto now = save_generators(module_.device());
  const bool goes_on = step_ > 0;
  if (goes_on) load_generators(epoch_generators_, module_.device());
  epoch_generators_ = goes_on ? epoch_generators_ : now;
  const Loader loader(train, options_.batch_size, draws_.order(epoch_, train.size()));
  if (goes_on) load_generators(now, module_.device());
  module_.model().train();
  if (!goes_on) {
    train_metrics_ = MetricCollection(module_.options().metrics);
    loss_sum_ = 0;
    samples_ = 0;
  }
  Prefetcher batches(step_, batches_, module_.options().num_workers,
                     [&](std::int64_t step) { return make_batch(loader, step); });
  while (step_ < batches_) {
    run_guarded_step(batches.next(), step_, step_ + 1 == batches_);
    ++step_;
    const auto most = module_.options().max_steps;
    if (most >= 0 && update_.updates() >= most) break;
    keep(/*epoch_ended=*/false);
  }
  finish_step();
}

void Fit::run_guarded_step(dataaugmentation::Batch batch, std::int64_t step, bool last) {
  try {
    auto pending = run_step(std::move(batch), step, last);
    finish_step();
    pending_ = std::move(pending);
    // The CPU has nothing to wait for, and an error is best told at once.
    if (module_.device().is_cpu()) finish_step();
  } catch (const Error&) {
    throw;
  } catch (const c10::OutOfMemoryError&) {
    throw DeviceError(
        concat(options_.name, ": the device has not enough memory", where(step), "; use a smaller batch_size"));
  } catch (const c10::Error& error) {
    throw TrainingError(concat(options_.name, ": training failed: ", error.what_without_backtrace(), where(step)));
  } catch (const std::exception& error) {
    throw TrainingError(concat(options_.name, ": training failed: ", error.what(), where(step)));
  }
}

/// Makes a batch as far as threads may: all of it on the CPU, what comes before the device for a GPU, and nothing but
/// its samples where draws have to wait for the steps before.
dataaugmentation::Batch Fit::make_batch(const Loader& loader, std::int64_t step) const {
  const auto stored = loader.batch(step);
  const auto source = draws_.augmentations_of(epoch_, step);
  if (!source) return {stored.x, stored.y, {}, {}, 1};
  auto batch = module_.begin_batch(stored.x, stored.y, /*training=*/true, *source);
  if (!module_.device().is_cpu()) return batch;
  return module_.finish_batch(std::move(batch), /*training=*/true, *source);
}

Fit::PendingStep Fit::run_step(dataaugmentation::Batch batch, std::int64_t step, bool last) {
  const auto samples = batch.x.size(0);
  const auto source = draws_.begin_training_step(module_.model(), epoch_, step);
  if (!draws_.augmentations_of(epoch_, step)) {
    batch = module_.prepare(batch.x, batch.target, /*training=*/true, source);
  } else if (!module_.device().is_cpu()) {
    batch = module_.finish_batch(std::move(batch), /*training=*/true, source);
  }
  auto result = recorded_step_ ? recorded_step_->run(batch) : training_step(module_, batch, update_.backward());
  auto left_out = update_.apply(result.loss, last);
  // Qualia: a mixed batch has no right class, so nothing is counted.
  const auto target = batch.second_target.defined() ? at::Tensor() : batch.target;
  if (target.defined()) train_metrics_.add(result.output, target);
  return {
      step, samples, update_.updates(), std::move(result.loss), std::move(result.output), target, std::move(left_out)};
}

/// Reads the loss of the step before and tells the observers.
void Fit::finish_step() {
  if (!pending_) return;
  const auto step = *std::exchange(pending_, std::nullopt);
  const auto loss = step.loss.item<double>();
  if (!std::isfinite(loss) || (step.left_out.defined() && step.left_out.item<double>() != 0)) {
    leave_out(step, loss);
    return;
  }
  left_out_ = 0;
  loss_sum_ += loss * static_cast<double>(step.samples);
  samples_ += step.samples;
  StepInfo info{epoch_, step.step, batches_, step.updates, step.samples, loss, learning_rate(), {}};
  if (step.target.defined()) {
    info.metrics = [&] {
      MetricCollection metrics(module_.options().metrics);
      metrics.add(step.output, step.target);
      return metrics.compute("train_");
    };
  }
  notify(&Observer::on_step_end, info);
}

void Fit::leave_out(const PendingStep& step, double loss) {
  const bool scaled = module_.precision().autocast == at::kHalf && std::isfinite(loss);
  const auto& policy = module_.options().on_nonfinite;
  const auto what = std::isfinite(loss) ? std::string("a gradient is not finite") : concat("the loss is ", loss);
  const auto reason = concat(what, where(step.step), " (learning rate ", learning_rate(), ")");
  if (policy == "reload" && !scaled) throw Diverged{reason};
  QUALIA_SNN_CHECK(policy == "skip" || scaled, TrainingError, options_.name, ": training diverged: ", reason,
                   "; try a lower learning rate");
  ++left_out_;
  QUALIA_SNN_CHECK(left_out_ < kMostLeftOut, TrainingError, options_.name, ": training diverged: ", left_out_,
                   " updates in a row were left out, at last because ", reason, "; try a lower learning rate");
  if (left_out_ == 1 && !scaled) log::warning(concat(options_.name, ": update left out: ", reason));
}

EpochInfo Fit::end_training_part(Clock::time_point start) const {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto samples = static_cast<double>(samples_);
  QUALIA_SNN_CHECK(samples_ > 0, TrainingError, options_.name, ": training diverged: every update of epoch ",
                   epoch_ + 1, " was left out; try a lower learning rate");
  return {epoch_,
          options_.epochs,
          update_.updates(),
          loss_sum_ / samples,
          learning_rate(),
          seconds,
          samples / seconds,
          train_metrics_.compute("train_"),
          next_learning_rate(),
          {}};
}

double Fit::next_learning_rate() const {
  if (!optimizer_ || !scheduler_) return learning_rate();
  try {
    return scheduler_->next(epoch_ + 1, learning_rate(), base_rate_);
  } catch (const ConfigError&) {
    return learning_rate();  // a schedule that ends with the training
  }
}

/// NaN never fires, so weights that are not finite can hide behind a finite loss.
void Fit::check_weights() const {
  const auto check = [&](const std::string& name, const at::Tensor& tensor) {
    if (tensor.isfinite().all().item<bool>()) return;
    const auto reason = concat(name, " is not finite after epoch ", epoch_ + 1);
    if (last_good_) throw Diverged{reason};
    throw TrainingError(concat(options_.name, ": training diverged: ", reason, "; try a lower learning rate"));
  };
  for (const auto& item : module_.model().named_parameters()) check(item.key(), item.value());
  for (const auto& item : module_.model().named_buffers()) check(item.key(), item.value());
}

void Fit::check_divergence(double loss) {
  const auto factor = module_.options().divergence_factor;
  if (factor > 0 && lowest_loss_ && loss > factor * *lowest_loss_) {
    const auto reason = concat("the loss of epoch ", epoch_ + 1, " is ", loss, ", more than ", factor,
                               " (divergence_factor) times the lowest, ", *lowest_loss_);
    if (last_good_) throw Diverged{reason};
    throw TrainingError(concat(options_.name, ": training diverged: ", reason, "; try a lower learning rate"));
  }
  if (!lowest_loss_ || loss < *lowest_loss_) lowest_loss_ = loss;
}

/// Writes a state if that is due, and ends the work if somebody asks for it.
void Fit::keep(bool epoch_ended) {
  const bool interrupted = options_.interrupted && options_.interrupted();
  auto* const checkpoints = options_.checkpoints;
  const bool writes = checkpoints && (interrupted || checkpoints->is_due(epoch_ended));
  if (!interrupted && !writes) return;
  finish_step();
  const bool kept = writes && checkpoints->write(save());
  if (!interrupted) return;
  throw Interrupted(concat("interrupted", where(step_), " of ", options_.name,
                           kept ? ", which was kept" : "; this state could not be kept"));
}

void Fit::reload(const std::string& reason) {
  const auto& options = module_.options();
  pending_.reset();
  ++reloads_;
  QUALIA_SNN_CHECK(reloads_ <= options.max_reloads, TrainingError, options_.name, ": training diverged: ", reason,
                   "; it was reloaded ", reloads_ - 1, " times (max_reloads)");
  const auto reloads = reloads_;
  load(*last_good_);
  reloads_ = reloads;
  base_rate_ *= options.reload_lr_factor;
  if (optimizer_) optimizer_->set_learning_rate(optimizer_->learning_rate() * options.reload_lr_factor);
  log::warning(concat(options_.name, ": training diverged: ", reason, "; going back to", where(step_),
                      " with learning rate ", learning_rate()));
  last_good_ = copy(save());
}

double Fit::seconds_so_far() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

std::string Fit::where(std::int64_t step) const { return concat(" in epoch ", epoch_ + 1, ", step ", step + 1); }

State Fit::save() {
  State state;
  state.set_integer("epoch", epoch_);
  state.set_integer("step", step_);
  state.set_real("base_rate", base_rate_);
  state.set_real("loss_sum", loss_sum_);
  state.set_integer("samples", samples_);
  state.set_integer("left_out", left_out_);
  state.set_integer("reloads", reloads_);
  state.set_real("seconds", seconds_so_far());
  if (lowest_loss_) state.set_real("lowest_loss", *lowest_loss_);
  state.set_part("model", layer::save_state(module_.model()));
  if (optimizer_) state.set_part("optimizer", optimizer_->save());
  state.set_part("update", update_.save());
  state.set_part("metrics", train_metrics_.save());
  state.set_part("generators", save_generators(module_.device()));
  state.set_part("epoch_generators", epoch_generators_);
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    state.set_part(concat("observer.", i), observers_[i]->save());
  }
  return state;
}

void Fit::load(const State& state) {
  epoch_ = state.integer("epoch");
  step_ = state.integer("step");
  base_rate_ = state.real("base_rate");
  loss_sum_ = state.real("loss_sum");
  samples_ = state.integer("samples");
  left_out_ = state.integer("left_out");
  reloads_ = state.integer("reloads");
  seconds_before_ = state.real("seconds");
  start_ = Clock::now();
  lowest_loss_ = state.has("lowest_loss") ? std::optional(state.real("lowest_loss")) : std::nullopt;
  layer::load_state(module_.model(), state.part("model"), "the checkpoint");
  if (optimizer_) optimizer_->load(state.part("optimizer"));
  update_.load(state.part("update"));
  train_metrics_.load(state.part("metrics"), module_.device());
  load_generators(state.part("generators"), module_.device());
  epoch_generators_ = state.part("epoch_generators");
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    observers_[i]->load(state.part(concat("observer.", i)));
  }
}

}  // namespace qualia_snn::learningframework
