#include "qualia_snn/command/train.h"

#include <ATen/Context.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/evaluation.h"
#include "qualia_snn/command/run_logs.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/experimenttracking/progress_log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/best_epochs.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {
namespace {

constexpr const char* kLogKind = "learningmodel";

/// Loads a model's weights; a missing file is a warning.
void load_weights(learningmodel::LearningModel& model, const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    // Qualia: a missing file is no error.
    log::warning(path + ": not found; the model keeps its initial weights");
    return;
  }
  layer::load_state_dict(model, io::read_pth(path), path);
}

class TrainAction {
 public:
  TrainAction(const config::LoadedConfig& loaded, const config::Registries& registries, const Environment& environment)
      : loaded_(loaded),
        registries_(registries),
        environment_(environment),
        bench_(loaded, registries, environment, config::Purpose::kTrain),
        train_seed_(static_cast<std::uint64_t>(config().bench.seed)) {}

  Results run() {
    bench_.rehearse();
    check_targets();
    make_steps();
    bench_.announce();
    logs_ = begin_logs(loaded_, environment_, kLogKind, {"name", "i", "params", "mem_params", "accuracy"});

    // Qualia: one seed at the start; models then draw their weights one after the other.
    at::manual_seed(train_seed_);
    Results results{{}, logs_->results.path(), bench_.left_out()};
    try {
      for (const auto& model_run : bench_.model_runs()) results.models.push_back(run_model(model_run));
    } catch (...) {
      logs_->discard_if_empty();
      throw;
    }
    return results;
  }

 private:
  const config::BenchConfig& config() const { return loaded_.config; }
  bool reproduces_qualia() const { return config().bench.reproduce.has_value(); }

  /// Refuses targets that cannot be written before hours of work, not after.
  void check_targets() const {
    check_log_folders(loaded_, environment_, kLogKind);
    for (const auto& model_run : bench_.model_runs()) {
      if (bench_.exports(model_run.index)) io::AtomicFile(bench_.weights_path(model_run));
    }
  }

  /// Builds what the configuration names and the registries have; the bench warned of the rest.
  void make_steps() {
    const config::BuildContext context{registries_};
    for (const auto& step : config().postprocessing) {
      if (registries_.postprocessings.is_not_offered(step.kind)) continue;
      registries_.postprocessings.make(step, context);  // what is wrong with it shows before the work starts
      steps_.push_back(&step);
    }
    const auto& tracking = config().experimenttracking;
    if (tracking && !registries_.observers.is_not_offered(tracking->kind)) {
      tracker_ = registries_.observers.make(*tracking, context);
    }
  }

  /// Qualia: each step may replace the model, its name and its accuracy for those that follow.
  void postprocess(postprocessing::TrainedModel trained) {
    for (const auto* step : steps_) {
      trained.log = false;
      const auto postprocessing = registries_.postprocessings.make(*step, {registries_});
      trained = postprocessing->apply(std::move(trained), {bench_.framework(), bench_.data()});
      QUALIA_SNN_CHECK(trained.model, PluginError, step->kind, ": returned no model");
      QUALIA_SNN_CHECK(!trained.name.empty() && trained.name.find('/') == std::string::npos, PluginError, step->kind,
                       ": returned the name \"", trained.name, "\", which cannot be a file's");
      bench_.framework().set_model(trained.model);
      if (step->export_weights) {
        const auto file = concat(trained.name, "_r", trained.run, ".pth");
        const auto path = (fs::path(environment_.root) / "out" / "learningmodel" / file).string();
        io::write_pth(path, layer::state_dict(*trained.model));
        log::info("weights = " + path);
      }
      if (trained.log) {
        add_row(trained.name, trained.run, trained.model->parameter_count(), trained.test_accuracy);
      }
    }
  }

  void add_row(const std::string& name, std::int64_t run, std::int64_t parameters,
               const std::optional<double>& accuracy) {
    logs_->results.add_row({name, std::to_string(run), std::to_string(parameters), std::to_string(parameters * 4),
                            accuracy_text(accuracy)});
  }

  void train_model(const ModelRun& model_run, learningmodel::LearningModel& model, learningframework::Draws& draws) {
    const auto& model_config = bench_.model_config(model_run.index);
    const auto name = concat(model_config.name, "_r", model_run.run, "_train");
    const auto rule = bench_.make_update_rule(model_run.index, model);
    if (!rule.optimizer) log::warning(model_config.name + ": no optimizer: as in Qualia, no weight is updated");
    // Qualia: every train call multiplies the seed, whatever its epochs.
    train_seed_ = learningframework::next_train_seed(train_seed_);
    at::manual_seed(train_seed_);

    auto& framework = bench_.framework();
    const auto checkpoints = fs::path(environment_.root) / "out" / "checkpoints" / name;
    const auto best = std::make_shared<learningframework::BestEpochs>(framework, checkpoints.string());
    auto observers = environment_.observers;
    if (tracker_) observers.push_back(tracker_);
    observers.push_back(std::make_shared<experimenttracking::ProgressLog>(environment_.program_start));
    observers.push_back(best);
    const auto& sets = bench_.data().sets;
    const auto& valid = config().bench.use_test_as_valid ? sets.test : sets.valid;
    learningframework::fit(framework, *sets.train, valid ? &*valid : nullptr, rule.optimizer.get(),
                           rule.scheduler.get(), {name, model_config.epochs, model_config.batch_size}, draws,
                           observers);
    if (framework.options().use_best_epoch && model_config.epochs > 0) keep_best_epoch(model, *best);
  }

  void keep_best_epoch(learningmodel::LearningModel& model, const learningframework::BestEpochs& best) const {
    const auto path = best.best();
    if (!path) {
      log::warning(
          concat("learningframework.params.use_best_epoch: ", bench_.framework().options().checkpoint_metric.name,
                 " was not measured (bench.use_test_as_valid gives a validation set): the last epoch is kept"));
      return;
    }
    layer::load_state_dict(model, io::read_pth(*path), *path);
    log::info("kept the weights of the best epoch, " + *path);
  }

  ModelResult run_model(const ModelRun& model_run) {
    const auto& model_config = bench_.model_config(model_run.index);
    const auto name = concat(model_config.name, "_r", model_run.run);
    log::info(concat(model_config.load ? "Loading " : "Training ", model_config.name, ", run ", model_run.run));
    const auto model = bench_.make_model(model_run.index);
    log::info("\n" + model->summary());
    const auto path = bench_.weights_path(model_run);
    if (model_config.load) load_weights(*model, path);

    ModelResult result{model_config.name, model_run.run, model->parameter_count(), {}, {}, {}};
    const auto draws = bench_.make_draws(model_run);
    if (model_config.train) train_model(model_run, *model, *draws);
    // Before the evaluation: what goes wrong there must not lose the training.
    if (bench_.exports(model_run.index)) {
      io::write_pth(path, layer::state_dict(*model));
      result.weights = path;
    }
    if (model_config.evaluate) {
      auto evaluation = evaluate_model(bench_, name, model_config.batch_size, *draws, logs_->evaluations);
      result.test_accuracy = evaluation.test_accuracy;
      result.metrics = std::move(evaluation.metrics);
    }
    add_row(result.name, result.run, result.parameters, result.test_accuracy);
    postprocess({result.name, result.run, model, result.test_accuracy});
    // What training drew from LibTorch's generator must not shift the initial weights of the next model.
    if (!reproduces_qualia() && model_config.train) at::manual_seed(train_seed_);
    return result;
  }

  const config::LoadedConfig& loaded_;
  const config::Registries& registries_;
  const Environment& environment_;
  Bench bench_;
  std::vector<const config::PostprocessingConfig*> steps_;  ///< those that are offered
  std::shared_ptr<learningframework::Observer> tracker_;
  std::uint64_t train_seed_;     ///< of the last train call
  std::optional<RunLogs> logs_;  ///< once everything was checked
};

}  // namespace

Results train(const config::LoadedConfig& config, const config::Registries& registries,
              const Environment& environment) {
  return TrainAction(config, registries, environment).run();
}

}  // namespace qualia_snn::command
