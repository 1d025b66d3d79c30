#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/config/load_config.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::command {

/// An optimiser with the scheduler of its rate; both may be null.
struct UpdateRule {
  std::shared_ptr<learningframework::Optimizer> optimizer;
  std::shared_ptr<learningframework::LRScheduler> scheduler;
};

/// One model in one run.
struct ModelRun {
  std::size_t index;  ///< of the model in the configuration
  std::int64_t run;
};

/// What the actions on models share: framework, data and models of a configuration.
class Bench {
 public:
  /// Refuses what is not offered, imports the data and checks it.
  ///
  /// @param loaded, registries  outlive this
  /// @throws ConfigError, DataError, DeviceError
  Bench(const config::LoadedConfig& loaded, const config::Registries& registries, const Environment& environment,
        config::Purpose purpose);

  /// Builds every enabled model and its optimiser once and shows it a batch, so that what does not fit is known before
  /// the work starts; collects the models' warnings.
  /// @param check  shown every model too
  /// @throws ShapeError, ConfigError or DataError  naming the model.
  void rehearse(const std::function<void(const learningmodel::LearningModel& model)>& check = {});
  /// Logs every warning, and the device.
  void announce() const;

  const config::BenchConfig& config() const { return loaded_.config; }
  const config::ModelConfig& model_config(std::size_t index) const { return loaded_.config.models[index]; }
  learningframework::TrainerModule& framework() const { return *framework_; }
  const datamodel::RawDataModel& data() const { return data_; }
  /// Returns what tells one data set from another at a glance: name, sizes and types.
  std::string data_text() const;
  const std::string& root() const { return environment_.root; }

  /// Returns what is said in the configuration and has no effect, or another than it seems.
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Returns the postprocessings that are not offered and will be left out.
  const std::vector<std::string>& left_out() const { return left_out_; }

  /// Returns every enabled model of every run, in Qualia's order.
  std::vector<ModelRun> model_runs() const;
  /// Builds a model with new weights and gives it to the framework.
  std::shared_ptr<learningmodel::LearningModel> make_model(std::size_t index) const;
  UpdateRule make_update_rule(std::size_t index, const learningmodel::LearningModel& model) const;

  /// Builds what records the run, `[experimenttracking]`; none: nothing does.
  std::shared_ptr<learningframework::Observer> make_tracker() const;

  /// Returns where the weights of a model are or will be: out/learningmodel/<name>_r<run>.pth.
  std::string weights_path(const ModelRun& model_run) const;
  std::string weights_path(const std::string& name, std::int64_t run) const;
  /// Returns whether training writes the weights of this model.
  bool exports(std::size_t index) const;
  /// Returns the random draws of a training call and its evaluations.
  std::unique_ptr<learningframework::Draws> make_draws(const ModelRun& model_run) const;
  /// Returns the sets that are evaluated, "train" and "test", unless they are empty.
  std::vector<std::pair<std::string, const datamodel::RawData*>> evaluated_sets() const;

 private:
  bool trains(std::size_t index) const;
  void warn_of_unused_parts();
  void check_data() const;
  void check_losses(std::int64_t outputs) const;
  void rehearse_batch(std::size_t index) const;

  const config::LoadedConfig& loaded_;
  const config::Registries& registries_;
  const Environment& environment_;
  config::Purpose purpose_;
  std::shared_ptr<learningframework::TrainerModule> framework_;
  datamodel::RawDataModel data_;
  std::vector<std::string> warnings_, left_out_;
};

}  // namespace qualia_snn::command
