#include "qualia_snn/command/train.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/experimenttracking/progress_log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/csv.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/trainer.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {
namespace {

using learningframework::LRScheduler;
using learningframework::Optimizer;
using learningframework::TrainerModule;

class TrainAction {
 public:
  TrainAction(const config::BenchConfig& config, const config::Registries& registries,
              const TrainEnvironment& environment)
      : config_(config),
        registries_(registries),
        environment_(environment),
        train_seed_(static_cast<std::uint64_t>(config.bench.seed)),
        csv_(experimenttracking::new_log_path(environment.root, config.bench.name, "learningmodel", ".csv"),
             {"name", "i", "params", "mem_params", "accuracy"}) {}

  Results run() {
    config::check_offered_for_training(config_, registries_);
    framework_ = registries_.learningframeworks.make(config_.learningframework, {registries_, {}, {}, at::kCPU, {}});
    const auto dataset = registries_.datasets.make(config_.dataset, {registries_, {}, {}, at::kCPU, {}});
    data_ = datamodel::import_data(dataset->name(), environment_.root);
    check_data();
    rehearse();
    check_targets();
    warnings_.insert(warnings_.begin(), environment_.warnings.begin(), environment_.warnings.end());
    for (const auto& warning : warnings_) log::warning(warning);
    warn_of_unused_parts();

    log::info(
        concat("device cpu, ", at::get_num_threads(), " threads; ", config_.learningframework.kind, ", ", data_.name));
    // Qualia: one seed at the start; models then draw their weights one after the other.
    at::manual_seed(train_seed_);
    Results results{{}, csv_.path(), left_out_};
    for (auto run = config_.bench.first_run; run <= config_.bench.last_run; ++run) {
      for (std::size_t i = 0; i < config_.models.size(); ++i) {
        if (!config_.models[i].disabled) results.models.push_back(run_model(static_cast<std::int64_t>(i), run));
      }
    }
    return results;
  }

 private:
  std::string weights_path(const config::ModelConfig& model, std::int64_t run) const {
    return (fs::path(environment_.root) / "out" / "learningmodel" / concat(model.name, "_r", run, ".pth")).string();
  }

  bool exports(const config::ModelConfig& model) const { return model.train || !model.load; }

  /// Says once what the configuration asks for and nothing does.
  void warn_of_unused_parts() {
    for (const auto& step : config_.postprocessing) {
      if (registries_.postprocessings.is_not_offered(step.kind)) left_out_.push_back(step.kind);
    }
    if (!left_out_.empty()) log::warning("postprocessing not offered yet, will be left out: " + join(left_out_));
    const auto ignored = [](const config::Params& table, const char* name) {
      const auto* entries = table.value.get_if<config::Value::Table>();
      if (!entries->empty()) log::warning(concat("[", name, "] is accepted and not used"));
    };
    ignored(config_.deploy, "deploy");
    ignored(config_.experimenttracking, "experimenttracking");
    ignored(config_.parameter_research, "parameter_research");
    if (framework_->options().use_best_epoch) {
      log::warning("learningframework.params.use_best_epoch is not offered yet: the last epoch is kept");
    }
  }

  void check_data() {
    for (const auto& [name, data] : data_.sets.named()) {
      if (!*data) continue;
      const auto& x = (*data)->x;
      const auto& y = (*data)->y;
      QUALIA_SNN_CHECK(x.scalar_type() == at::kFloat, DataError, data_.name, "/", name, ": the samples are of type ",
                       x.scalar_type(), "; expected float32 (dataset.params.dtype), preprocess the data again");
      QUALIA_SNN_CHECK(y.dim() == 2 && y.scalar_type() == at::kFloat, DataError, data_.name, "/", name,
                       ": the labels are ", y.sizes(), " of type ", y.scalar_type(),
                       "; expected float32 [N, K]: add the preprocessing Class2BinMatrix");
      QUALIA_SNN_CHECK(y.size(1) == data_.sets.train->y.size(1), DataError, data_.name, "/", name, ": ", y.size(1),
                       " classes, the training set has ", data_.sets.train->y.size(1),
                       "; set params.classes of the preprocessing Class2BinMatrix");
    }
  }

  /// Refuses targets that cannot be written before hours of work, not after.
  void check_targets() const {
    io::AtomicFile(csv_.path());
    for (auto run = config_.bench.first_run; run <= config_.bench.last_run; ++run) {
      for (const auto& model : config_.models) {
        if (!model.disabled && exports(model)) io::AtomicFile(weights_path(model, run));
      }
    }
  }

  /// Builds every enabled model and its optimiser once, so that what does not fit is known before the work starts.
  void rehearse() {
    for (std::size_t i = 0; i < config_.models.size(); ++i) {
      if (config_.models[i].disabled) continue;
      const auto where = concat(config_.models[i].location.str(), ": model.", i, " (", config_.models[i].name, "): ");
      try {
        const auto model = make_model(i);
        if (config_.models[i].train) make_optimizer(config_.models[i], *model);
        for (const auto& warning : model->warnings()) warnings_.push_back(where + warning);
      } catch (const ShapeError& error) {
        throw ShapeError(where + error.what());
      } catch (const ConfigError& error) {
        throw ConfigError(where + error.what());
      } catch (const c10::Error& error) {
        throw ShapeError(concat(where, "cannot be built: ", error.what_without_backtrace()));
      }
    }
  }

  std::shared_ptr<learningmodel::LearningModel> make_model(std::size_t index) {
    const auto& y = data_.sets.train->y;
    const config::BuildContext context{
        registries_, framework_->sample_shape(data_.sets.train->x), y.sizes().slice(1).vec(), at::kCPU, {}};
    auto model = registries_.learningmodels.make(config_.models[index], context);
    framework_->set_model(model);
    QUALIA_SNN_CHECK(c10::IntArrayRef(model->graph().output_shape()).equals(y.sizes().slice(1)), ShapeError, "gives ",
                     c10::IntArrayRef(model->graph().output_shape()), " per sample, the labels are ",
                     y.sizes().slice(1));
    return model;
  }

  struct UpdateRule {
    std::shared_ptr<Optimizer> optimizer;
    std::shared_ptr<LRScheduler> scheduler;
  };

  UpdateRule make_optimizer(const config::ModelConfig& model_config, const learningmodel::LearningModel& model) const {
    if (!model_config.optimizer) return {};
    const config::BuildContext context{registries_, {}, {}, at::kCPU, model.parameters()};
    UpdateRule rule{registries_.optimizers.make(*model_config.optimizer, context), nullptr};
    if (model_config.optimizer->scheduler) {
      rule.scheduler = registries_.schedulers.make(*model_config.optimizer->scheduler, context);
    }
    return rule;
  }

  void load_weights(learningmodel::LearningModel& model, const std::string& path) const {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
      // Qualia: a missing file is no error.
      log::warning(path + ": not found; the model keeps its initial weights");
      return;
    }
    layer::load_state_dict(model, io::read_pth(path), path);
  }

  void train_model(const config::ModelConfig& model_config, const learningmodel::LearningModel& model,
                   const RandomKey& key, const std::string& name) {
    const auto rule = make_optimizer(model_config, model);
    if (!rule.optimizer) log::warning(model_config.name + ": no optimizer: as in Qualia, no weight is updated");
    const auto& sets = data_.sets;
    const auto& valid = config_.bench.use_test_as_valid ? sets.test : sets.valid;
    const learningframework::FitOptions options{name, model_config.epochs, model_config.batch_size, key};
    learningframework::fit(*framework_, *sets.train, valid ? &*valid : nullptr, rule.optimizer.get(),
                           rule.scheduler.get(), options,
                           {std::make_shared<experimenttracking::ProgressLog>(environment_.program_start)});
    // Qualia: every train call multiplies the seed, whatever its epochs; the next model's weights follow from it.
    train_seed_ = train_seed_ * 100 % 4294967295;
    at::manual_seed(train_seed_);
  }

  std::optional<double> evaluate_model(const config::ModelConfig& model_config) {
    std::optional<double> accuracy;
    for (const auto& [set, data] : data_.sets.named()) {
      if (!*data || (*data)->size() == 0 || set == std::string("valid")) continue;
      const auto matrix = learningframework::evaluate(*framework_, **data, model_config.batch_size);
      const auto prefix = concat(set, "_");
      std::string line = concat("evaluated ", model_config.name, ":");
      for (const auto& [name, value] : matrix.compute(framework_->options().metrics, prefix)) {
        if (!learningframework::repeats_accuracy(name)) line += concat(" ", name, " = ", value);
      }
      log::info(line);
      if (data == &data_.sets.test) accuracy = matrix.compute({"acc"}, "")[0].second;
    }
    return accuracy;
  }

  ModelResult run_model(std::int64_t index, std::int64_t run) {
    const auto& model_config = config_.models[static_cast<std::size_t>(index)];
    const auto path = weights_path(model_config, run);
    log::info(concat(model_config.load ? "Loading " : "Training ", model_config.name, ", run ", run));
    const auto model = make_model(static_cast<std::size_t>(index));
    log::info("\n" + model->summary());
    if (model_config.load) load_weights(*model, path);

    ModelResult result{model_config.name, run, model->parameter_count(), {}, {}};
    if (model_config.train) {
      const auto key = RandomKey(static_cast<std::uint64_t>(config_.bench.seed)).with("train").with(run).with(index);
      train_model(model_config, *model, key, concat(model_config.name, "_r", run, "_train"));
    }
    if (model_config.evaluate) result.test_accuracy = evaluate_model(model_config);
    if (exports(model_config)) {
      io::write_pth(path, layer::state_dict(*model));
      result.weights = path;
    }
    csv_.add_row({result.name, std::to_string(run), std::to_string(result.parameters),
                  std::to_string(result.parameters * 4),
                  result.test_accuracy ? config::Value(*result.test_accuracy, {}).str() : "None"});
    return result;
  }

  const config::BenchConfig& config_;
  const config::Registries& registries_;
  const TrainEnvironment& environment_;
  std::shared_ptr<TrainerModule> framework_;
  std::uint64_t train_seed_;  ///< of the last train call
  io::CsvTable csv_;
  datamodel::RawDataModel data_;
  std::vector<std::string> left_out_, warnings_;
};

}  // namespace

Results train(const config::BenchConfig& config, const config::Registries& registries,
              const TrainEnvironment& environment) {
  return TrainAction(config, registries, environment).run();
}

}  // namespace qualia_snn::command
