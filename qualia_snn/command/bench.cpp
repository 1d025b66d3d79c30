#include "qualia_snn/command/bench.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/dataset/dataset.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {
namespace {

constexpr std::int64_t kRehearsedSamples = 2;

datamodel::RawDataModel import_data(const config::BenchConfig& config, const config::Registries& registries,
                                    const Environment& environment) {
  if (environment.data) return *environment.data;
  const auto dataset = registries.datasets.make(config.dataset, {registries, {}, {}, at::kCPU, {}});
  return datamodel::import_data(dataset->name(), environment.root);
}

}  // namespace

Bench::Bench(const config::LoadedConfig& loaded, const config::Registries& registries, const Environment& environment,
             config::Purpose purpose)
    : loaded_(loaded),
      registries_(registries),
      environment_(environment),
      purpose_(purpose),
      warnings_(loaded.warnings) {
  config::check_offered(config(), registries, purpose);
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  framework_ = registries.learningframeworks.make(config().learningframework, context);
  std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations;
  for (const auto& kind : config().data_augmentation) {
    if (!config::needs_augmentation(config(), kind, purpose)) continue;
    augmentations.push_back(registries.dataaugmentations.make(kind, context));
  }
  framework_->set_augmentations(std::move(augmentations));
  if (!framework_->precision().warning.empty()) warnings_.push_back(framework_->precision().warning);
  if (purpose == config::Purpose::kTrain) warn_of_unused_parts();
  data_ = import_data(config(), registries, environment);
  check_data();
}

/// Says once what the configuration asks for and nothing does.
void Bench::warn_of_unused_parts() {
  for (const auto& step : config().postprocessing) {
    if (registries_.postprocessings.is_not_offered(step.kind)) left_out_.push_back(step.kind);
  }
  if (!left_out_.empty()) warnings_.push_back("postprocessing not offered yet, will be left out: " + join(left_out_));
  const auto ignored = [&](bool given, const char* name) {
    if (given) warnings_.push_back(concat("[", name, "] is accepted and not used"));
  };
  ignored(config().deploy.has_value(), "deploy");
  const auto& tracking = config().experimenttracking;
  ignored(tracking && registries_.observers.is_not_offered(tracking->kind), "experimenttracking");
  ignored(config().parameter_research.has_value(), "parameter_research");
}

bool Bench::trains(std::size_t index) const {
  return purpose_ == config::Purpose::kTrain && config().models[index].train;
}

/// One column has no classes: cross entropy would be 0 and every accuracy 1.
void Bench::check_losses(std::int64_t outputs) const {
  if (outputs > 1) return;
  const auto& options = framework_->options();
  QUALIA_SNN_CHECK(options.loss == "mse", ConfigError, "learningframework.params.loss = \"", options.loss,
                   "\": the labels have one column, no classes; use loss = \"mse\"");
  for (const auto& name : options.metrics) {
    const bool counts_classes = learningframework::repeats_accuracy(name) || name == "acc" || name == "avgclsacc";
    QUALIA_SNN_CHECK(!counts_classes, ConfigError, "learningframework.params.metrics: \"", name,
                     "\" counts classes, the labels have one column; use mse, mae, mape, corr or slope");
  }
  for (const auto& kind : config().data_augmentation) {
    QUALIA_SNN_CHECK(kind.kind != "Mixup", ConfigError, kind.location.str(),
                     ": data_augmentation: Mixup trains with cross entropy, the labels have one column");
  }
}

void Bench::check_data() const {
  auto sets = data_.sets;
  QUALIA_SNN_CHECK(sets.train && sets.train->size() > 0, DataError, data_.name, ": there is no training set");
  for (const auto& [name, data] : sets.named()) {
    if (!*data) continue;
    const auto& y = (*data)->y;
    QUALIA_SNN_CHECK((*data)->x.size(0) == y.size(0), DataError, data_.name, "/", name, ": ", (*data)->x.size(0),
                     " samples and ", y.size(0), " labels");
    QUALIA_SNN_CHECK(y.dim() == 2 && y.scalar_type() == at::kFloat, DataError, data_.name, "/", name,
                     ": the labels are ", y.sizes(), " of type ", y.scalar_type(),
                     "; expected float32 [N, K]: add the preprocessing Class2BinMatrix");
    QUALIA_SNN_CHECK(y.size(1) == sets.train->y.size(1), DataError, data_.name, "/", name, ": ", y.size(1),
                     " classes, the training set has ", sets.train->y.size(1),
                     "; set params.classes of the preprocessing Class2BinMatrix");
  }
  check_losses(sets.train->y.size(1));
}

std::string Bench::data_text() const {
  auto sets = data_.sets;
  std::string text = data_.name;
  for (const auto& [name, set] : sets.named()) {
    if (!*set) continue;
    text += concat(", ", name, ": x ", (*set)->x.sizes(), " ", (*set)->x.scalar_type(), ", y ", (*set)->y.sizes());
  }
  return text;
}

void Bench::rehearse(const std::function<void(const learningmodel::LearningModel& model)>& check) {
  for (std::size_t i = 0; i < config().models.size(); ++i) {
    const auto& model_config = config().models[i];
    if (model_config.disabled) continue;
    const auto where = concat(model_config.location.str(), ": model.", i, " (", model_config.name, "): ");
    try {
      const auto model = make_model(i);
      if (trains(i)) make_update_rule(i, *model);
      rehearse_batch(i);
      if (check) check(*model);
      for (const auto& warning : model->warnings()) warnings_.push_back(where + warning);
    } catch (const ShapeError& error) {
      throw ShapeError(where + error.what());
    } catch (const DataError& error) {
      throw DataError(where + error.what());
    } catch (const ConfigError& error) {
      throw ConfigError(where + error.what());
    } catch (const c10::OutOfMemoryError&) {
      throw DeviceError(where + "the device has not enough memory");
    } catch (const c10::Error& error) {
      throw ShapeError(concat(where, "cannot be built: ", error.what_without_backtrace()));
    }
  }
}

void Bench::rehearse_batch(std::size_t index) const {
  const at::NoGradGuard no_grad;
  const auto& train = *data_.sets.train;
  const auto count = std::min(kRehearsedSamples, train.size());
  for (const bool training : {true, false}) {
    if (training ? !trains(index) : purpose_ == config::Purpose::kTrain && !model_config(index).evaluate) continue;
    const auto batch = framework_->prepare(train.x.narrow(0, 0, count), train.y.narrow(0, 0, count), training,
                                           RandomSource(RandomKey(0)));
    try {
      framework_->check_batch(batch.x);
    } catch (const Error& error) {
      if (config().data_augmentation.empty()) throw;
      const auto what = concat(error.what(), training ? ""
                                                      : " (in evaluation, where only augmentations with "
                                                        "evaluate = true are applied)");
      if (error.exit_code() == ExitCode::kData) throw DataError(what);
      throw ShapeError(what);
    }
  }
}

void Bench::announce() const {
  for (const auto& warning : warnings_) log::warning(warning);
  log::info(
      concat("device ", device_text(framework_->device()), "; ", config().learningframework.kind, ", ", data_.name));
}

std::vector<ModelRun> Bench::model_runs() const {
  std::vector<ModelRun> model_runs;
  for (auto run = config().bench.first_run; run <= config().bench.last_run; ++run) {
    for (std::size_t i = 0; i < config().models.size(); ++i) {
      if (!config().models[i].disabled) model_runs.push_back({i, run});
    }
  }
  return model_runs;
}

std::shared_ptr<learningmodel::LearningModel> Bench::make_model(std::size_t index) const {
  const auto& y = data_.sets.train->y;
  const config::BuildContext context{
      registries_, framework_->sample_shape(data_.sets.train->x), y.sizes().slice(1).vec(), at::kCPU, {}};
  auto model = registries_.learningmodels.make(config().models[index], context);
  framework_->set_model(model);
  QUALIA_SNN_CHECK(c10::IntArrayRef(model->graph().output_shape()).equals(y.sizes().slice(1)), ShapeError, "gives ",
                   c10::IntArrayRef(model->graph().output_shape()), " per sample, the labels are ", y.sizes().slice(1));
  return model;
}

UpdateRule Bench::make_update_rule(std::size_t index, const learningmodel::LearningModel& model) const {
  const auto& optimizer = config().models[index].optimizer;
  if (!optimizer) return {};
  const config::BuildContext context{registries_, {}, {}, framework_->device(), model.parameters()};
  UpdateRule rule{registries_.optimizers.make(*optimizer, context), nullptr};
  if (optimizer->scheduler) {
    rule.scheduler = registries_.schedulers.make(*optimizer->scheduler, context);
    rule.scheduler->check(*rule.optimizer, config().models[index].epochs);
  }
  return rule;
}

std::shared_ptr<learningframework::Observer> Bench::make_tracker() const {
  const auto& tracking = config().experimenttracking;
  if (!tracking || registries_.observers.is_not_offered(tracking->kind)) return nullptr;
  config::BuildContext context{registries_};
  context.root = environment_.root;
  return registries_.observers.make(*tracking, context);
}

std::string Bench::weights_path(const ModelRun& model_run) const {
  return weights_path(config().models[model_run.index].name, model_run.run);
}

std::string Bench::weights_path(const std::string& name, std::int64_t run) const {
  const auto file = concat(name, "_r", run, ".pth");
  return (fs::path(environment_.root) / "out" / "learningmodel" / file).string();
}

bool Bench::exports(std::size_t index) const {
  const auto& model = config().models[index];
  return model.train || !model.load;
}

std::unique_ptr<learningframework::Draws> Bench::make_draws(const ModelRun& model_run) const {
  if (config().bench.reproduce) return std::make_unique<learningframework::QualiaDraws>();
  const auto key = RandomKey(static_cast<std::uint64_t>(config().bench.seed)).with("train").with(model_run.run);
  return std::make_unique<learningframework::KeyedDraws>(key.with(static_cast<std::int64_t>(model_run.index)));
}

std::vector<std::pair<std::string, const datamodel::RawData*>> Bench::evaluated_sets() const {
  std::vector<std::pair<std::string, const datamodel::RawData*>> sets;
  const auto add = [&](const char* name, const std::optional<datamodel::RawData>& data) {
    if (data && data->size() > 0) sets.emplace_back(name, &*data);
  };
  add("train", data_.sets.train);
  add("test", data_.sets.test);
  return sets;
}

}  // namespace qualia_snn::command
