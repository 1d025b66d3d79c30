#include "qualia_snn/command/train.h"

#include <ATen/Context.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/evaluation.h"
#include "qualia_snn/command/hyper_parameters.h"
#include "qualia_snn/command/journal.h"
#include "qualia_snn/command/postprocessing_chain.h"
#include "qualia_snn/command/run_logs.h"
#include "qualia_snn/command/run_report.h"
#include "qualia_snn/command/step_logs.h"
#include "qualia_snn/command/stored_weights.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/random_source.h"
#include "qualia_snn/experimenttracking/lightning_logs.h"
#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/experimenttracking/progress_bar.h"
#include "qualia_snn/experimenttracking/progress_log.h"
#include "qualia_snn/experimenttracking/spike_health_log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/best_epochs.h"
#include "qualia_snn/learningframework/checkpoints.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/early_stopping.h"
#include "qualia_snn/learningframework/trainer.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {
namespace {

constexpr const char* kLogKind = "learningmodel";
constexpr const char* kTrained = "trained";  ///< record of a checkpoint: the training is over
constexpr const char* kParent = "parent";    ///< another: hash of the weights that it began with
const std::vector<std::string> kColumns = {"name", "i", "params", "mem_params", "accuracy"};

/// Returns the metrics that begin with a prefix.
learningframework::Metrics with_prefix(const std::string& prefix, const learningframework::Metrics& metrics) {
  learningframework::Metrics of_set;
  for (const auto& metric : metrics) {
    if (metric.first.starts_with(prefix)) of_set.push_back(metric);
  }
  return of_set;
}

class TrainAction {
 public:
  TrainAction(const config::LoadedConfig& loaded, const config::Registries& registries, const Environment& environment)
      : loaded_(loaded),
        registries_(registries),
        environment_(environment),
        bench_(loaded, registries, environment, config::Purpose::kTrain),
        steps_(bench_, registries),
        journal_(environment, loaded, bench_.data_text()),
        lightning_(environment.root, position_.versions) {}

  Results run() {
    bench_.rehearse([this](const auto& model) { steps_.check(model); });
    check_targets();
    tracker_ = bench_.make_tracker();
    bench_.announce();
    if (!go_on()) begin();
    const auto model_runs = bench_.model_runs();
    try {
      while (position_.completed.size() < model_runs.size()) {
        position_.completed.push_back(run_model(model_runs[position_.completed.size()]));
        keep_position();
      }
    } catch (const Interrupted&) {
      throw;
    } catch (const DataError&) {
      logs_->discard_if_empty();
      throw;  // a full disk, say: with --resume the run goes on once there is room
    } catch (...) {
      // It would end in the same way again.
      logs_->discard_if_empty();
      forget();
      throw;
    }
    forget();
    return {position_.completed, logs_->results.path(), bench_.left_out()};
  }

 private:
  const config::BenchConfig& config() const { return loaded_.config; }
  std::string name_of(const ModelRun& model_run) const {
    return concat(bench_.model_config(model_run.index).name, "_r", model_run.run);
  }
  std::string training_name(const ModelRun& model_run) const { return name_of(model_run) + "_train"; }
  std::string evaluation_name(const ModelRun& model_run, const std::string& set) const {
    return concat(name_of(model_run), "_eval_", set);
  }

  /// Goes on where a run was left, if that is asked for. @return  whether there was one.
  bool go_on() {
    if (!environment_.resume) return false;
    auto position = journal_.resume();
    if (!position) {
      log::info("--resume: there is nothing to resume in " + journal_.folder() + "; starting afresh");
      return false;
    }
    position_ = std::move(*position);
    log::info(concat("--resume: the run ", position_.run, " goes on; it was left in ", position_.stage));
    logs_ = continue_logs(loaded_, environment_, kLogKind, kColumns, position_.run);
    logs_->results.restore(position_.results);
    logs_->evaluations.restore(position_.evaluations);
    train_seed_ = position_.train_seed;
    load_generators(position_.generators, device());
    return true;
  }

  void begin() {
    journal_.remove();
    logs_ = begin_logs(loaded_, environment_, kLogKind, kColumns);
    position_.run = logs_->name;
    train_seed_ = static_cast<std::uint64_t>(config().bench.seed);
    // Qualia: one seed at the start; models then draw their weights one after the other.
    at::manual_seed(train_seed_);
    claim_lightning_folders();
    try {
      keep_position();
    } catch (...) {
      logs_->discard_if_empty();
      throw;
    }
    // Later a journal that cannot be written is a warning; here nothing is lost yet.
    QUALIA_SNN_CHECK(journal_written_, DataError, journal_.folder(), ": the journal of the run cannot be written; ",
                     "see the warning before");
  }

  /// Numbers the folders of all models at once, so that every generation of the journal knows them.
  void claim_lightning_folders() {
    for (const auto& model_run : bench_.model_runs()) {
      if (bench_.model_config(model_run.index).train) lightning_.claim(training_name(model_run));
      if (!bench_.model_config(model_run.index).evaluate) continue;
      for (const auto& [set, data] : bench_.evaluated_sets()) lightning_.claim(evaluation_name(model_run, set));
    }
  }

  /// Keeps what was done before the next model.
  void keep_position() {
    position_.train_seed = train_seed_;
    position_.generators = save_generators(device());
    position_.results = logs_->results.text();
    position_.evaluations = logs_->evaluations.text();
    position_.step_logs.clear();
    enter("the beginning of a model");
  }

  /// What a run could have gone on from is of no use after its end; the best epochs stay.
  void forget() {
    journal_.remove();
    for (const auto& model_run : bench_.model_runs()) {
      const auto folder = checkpoint_folder(training_name(model_run));
      learningframework::Checkpoints(folder, position_.run, bench_.framework().options()).remove();
    }
  }

  std::string checkpoint_folder(const std::string& name) const {
    return (fs::path(environment_.root) / "out" / "checkpoints" / name).string();
  }

  /// Says where the run is, for those who will resume it.
  void enter(const std::string& stage) {
    position_.stage = stage;
    write_journal();
    if (environment_.interrupted && environment_.interrupted()) throw Interrupted("interrupted in " + stage);
  }

  void write_journal() {
    try {
      journal_.write(position_);
      journal_written_ = true;
    } catch (const DataError& error) {
      log::warning(concat("the journal could not be written, the run goes on: ", error.what()));
    }
  }

  at::Device device() const { return bench_.framework().device(); }
  bool reproduces_qualia() const { return config().bench.reproduce.has_value(); }

  /// Refuses targets that cannot be written before hours of work, not after.
  void check_targets() const {
    check_log_folders(loaded_, environment_, kLogKind);
    for (const auto& model_run : bench_.model_runs()) {
      if (bench_.exports(model_run.index)) io::AtomicFile(bench_.weights_path(model_run));
    }
  }

  /// Tells those who record runs of a model that is done.
  void announce(const postprocessing::TrainedModel& trained, const std::optional<std::string>& parent_hash) const {
    const auto& shape = trained.model->shape();
    const learningframework::ModelInfo info{
        trained.name,    trained.model->parameter_count(), trained.hash, parent_hash, trained.metrics,
        shape.timesteps, shape.step_mode.has_value()};
    for (const auto& observer : recorders()) observer->on_model(info);
  }

  void postprocess(postprocessing::TrainedModel trained, std::int64_t batch_size, learningframework::Draws& draws) {
    postprocessing::PostprocessingContext context{bench_.framework(), bench_.data(), batch_size};
    context.root = environment_.root;
    if (const auto& test = bench_.data().sets.test; test && test->size() > 0) {
      context.evaluate = [&, this](const std::string& name) {
        auto evaluation = evaluate_set(bench_, name, "test", *test, batch_size, draws, logs_->evaluations);
        return evaluation.metrics;
      };
    }
    context.write_log =
        StepLogs(environment_.root, config().bench.name, position_.step_logs, [this] { write_journal(); });
    context.recorders = recorders();
    steps_.apply(std::move(trained), context,
                 {[this](const std::string& stage) { enter(stage); },
                  [this](const auto& model) {
                    add_row(model.name, model.run, model.model->parameter_count(), model.test_accuracy);
                  },
                  [this](const auto& model, const auto& parent_hash) { announce(model, parent_hash); }});
  }

  void add_row(const std::string& name, std::int64_t run, std::int64_t parameters,
               const std::optional<double>& accuracy) {
    logs_->results.add_row({name, std::to_string(run), std::to_string(parameters), std::to_string(parameters * 4),
                            accuracy_text(accuracy)});
  }

  void train_model(const ModelRun& model_run, learningmodel::LearningModel& model, learningframework::Draws& draws) {
    const auto& model_config = bench_.model_config(model_run.index);
    const auto name = training_name(model_run);
    const auto path = bench_.weights_path(model_run);
    if (model_config.load) parent_hash_ = weights_hash(path);
    const auto rule = bench_.make_update_rule(model_run.index, model);
    if (!rule.optimizer) log::warning(model_config.name + ": no optimizer: as in Qualia, no weight is updated");
    // Qualia: every train call multiplies the seed, whatever its epochs.
    train_seed_ = learningframework::next_train_seed(train_seed_);
    at::manual_seed(train_seed_);

    auto& framework = bench_.framework();
    const auto folder = checkpoint_folder(name);
    learningframework::Checkpoints checkpoints(folder, position_.run, framework.options());
    if (restore_trained(model, checkpoints)) return;
    enter(concat("the training ", name));
    auto observers = make_observers();
    observers.push_back(lightning_.csv_logger(name));
    if (experimenttracking::tensorboard::is_available()) {
      const auto& models = *loaded_.resolved.find("model")->get_if<config::Value::List>();
      observers.push_back(lightning_.tensorboard_logger(name, hyper_parameters(models.at(model_run.index))));
    }
    const auto best = std::make_shared<learningframework::BestEpochs>(framework, folder);
    observers.push_back(best);
    const auto& sets = bench_.data().sets;
    const auto& valid = config().bench.use_test_as_valid ? sets.test : sets.valid;
    const learningframework::FitOptions options{name, model_config.epochs, model_config.batch_size, &checkpoints,
                                                environment_.interrupted};
    learningframework::fit(framework, *sets.train, valid ? &*valid : nullptr, rule.optimizer.get(),
                           rule.scheduler.get(), options, draws, observers);
    if (framework.options().use_best_epoch && model_config.epochs > 0)
      load_best_epoch(model, *best, framework.options());
    keep_trained(model, checkpoints);
  }

  /// Returns those who are told of models, not only of training.
  learningframework::Observers recorders() const {
    auto observers = environment_.observers;
    if (tracker_) observers.push_back(tracker_);
    return observers;
  }

  learningframework::Observers make_observers() const {
    const auto& options = bench_.framework().options();
    auto observers = recorders();
    observers.push_back(std::make_shared<experimenttracking::ProgressLog>(environment_.program_start));
    observers.push_back(std::make_shared<experimenttracking::SpikeHealthLog>());
    if (options.enable_progress_bar && options.progress_bar_refresh_rate > 0) {
      observers.push_back(std::make_shared<experimenttracking::ProgressBar>(options.progress_bar_refresh_rate));
    }
    if (options.early_stopping_patience > 0) {
      observers.push_back(std::make_shared<learningframework::EarlyStopping>(options));
    }
    observers.push_back(recorder_);
    return observers;
  }

  /// Keeps the weights of a training that is over: what comes next may be killed too.
  void keep_trained(const learningmodel::LearningModel& model, learningframework::Checkpoints& checkpoints) const {
    State state;
    state.set_integer(kTrained, 1);
    state.set_part("model", layer::save_state(model));
    state.set_part("generators", save_generators(device()));
    state.set_part("report", recorder_->save());
    // The file it was of is overwritten next.
    if (parent_hash_) state.set_text(kParent, *parent_hash_);
    checkpoints.write(state);
  }

  /// @return  whether the training was over already.
  bool restore_trained(learningmodel::LearningModel& model, learningframework::Checkpoints& checkpoints) {
    const auto state = checkpoints.resume();
    if (!state || !state->has(kTrained)) return false;
    layer::load_state(model, state->part("model"), "the checkpoint");
    load_generators(state->part("generators"), device());
    parent_hash_.reset();
    if (state->has(kParent)) parent_hash_ = state->text(kParent);
    recorder_->load(state->part("report"));
    log::info("its training is over: its weights were kept");
    return true;
  }

  /// Writes Lightning's logs of the evaluation, and a page about the model.
  void report(const ModelRun& model_run, const ModelResult& result, const std::optional<Evaluation>& evaluation) {
    const ReportContext context{bench_, loaded_, environment_};
    const auto page = make_report(context, model_run, result, evaluation, *recorder_);
    if (evaluation) {
      // The page is about the last set.
      const auto sets = bench_.evaluated_sets();
      for (const auto& [set, data] : sets) {
        lightning_.write_evaluation(evaluation_name(model_run, set), with_prefix(set + "_", result.metrics),
                                    set == sets.back().first ? pictures(page) : experimenttracking::NamedImages{});
      }
    }
    write_report(context, position_.run, page);
  }

  ModelResult run_model(const ModelRun& model_run) {
    const auto& model_config = bench_.model_config(model_run.index);
    const auto name = name_of(model_run);
    log::info(concat(model_config.load ? "Loading " : "Training ", model_config.name, ", run ", model_run.run));
    const auto model = bench_.make_model(model_run.index);
    log::info("\n" + model->summary());
    const auto path = bench_.weights_path(model_run);
    parent_hash_.reset();
    if (model_config.load) load_weights(*model, path);

    ModelResult result{model_config.name, model_run.run, model->parameter_count(), {}, {}, {}};
    const auto draws = bench_.make_draws(model_run);
    recorder_ = std::make_shared<experimenttracking::ReportRecorder>();
    if (model_config.train) train_model(model_run, *model, *draws);
    enter(concat("the evaluation of ", name));
    // Before the evaluation: what goes wrong there must not lose the training.
    if (bench_.exports(model_run.index)) {
      write_weights(path, *model, config().bench.safetensors);
      result.weights = path;
    }
    std::optional<Evaluation> evaluation;
    if (model_config.evaluate) {
      evaluation = evaluate_model(bench_, name, model_config.batch_size, *draws, logs_->evaluations);
      result.test_accuracy = evaluation->test_accuracy;
      result.metrics = evaluation->metrics;
    }
    add_row(result.name, result.run, result.parameters, result.test_accuracy);
    report(model_run, result, evaluation);
    postprocessing::TrainedModel trained{result.name, result.run, model, result.test_accuracy, true, result.metrics};
    trained.hash = weights_hash(path);
    announce(trained, parent_hash_);
    postprocess(std::move(trained), model_config.batch_size, *draws);
    // What training drew from LibTorch's generator must not shift the initial weights of the next model.
    if (!reproduces_qualia() && model_config.train) at::manual_seed(train_seed_);
    return result;
  }

  const config::LoadedConfig& loaded_;
  const config::Registries& registries_;
  const Environment& environment_;
  Bench bench_;
  PostprocessingChain steps_;
  std::shared_ptr<learningframework::Observer> tracker_;
  std::shared_ptr<experimenttracking::ReportRecorder> recorder_;  ///< of the present model
  Journal journal_;
  bool journal_written_ = false;
  std::optional<std::string> parent_hash_;  ///< of the weights that the present model's training began with
  std::uint64_t train_seed_ = 0;            ///< of the last train call
  RunPosition position_;                    ///< before the present model
  experimenttracking::LightningLogs lightning_;
  std::optional<RunLogs> logs_;  ///< once everything was checked
};

}  // namespace

Results train(const config::LoadedConfig& config, const config::Registries& registries,
              const Environment& environment) {
  return TrainAction(config, registries, environment).run();
}

}  // namespace qualia_snn::command
