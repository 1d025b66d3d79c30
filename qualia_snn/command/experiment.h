#pragma once

#include <memory>
#include <string>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/command/results.h"
#include "qualia_snn/config/load_config.h"

namespace qualia_snn::command {

/// A configuration that can be run: the public face of the library; the program is a thin shell over it.
///
///     auto registries = registry::builtin_registries();
///     command::Experiment experiment(registry::load_config("scnn.toml", {}, registries), registries);
///     experiment.preprocess_data();
///     auto results = experiment.train();
class QUALIA_SNN_API Experiment {
 public:
  /// @param registries  outlive this
  Experiment(config::LoadedConfig config, const config::Registries& registries, Environment environment = {});

  /// Uses these sets, x channels last and y one-hot, in place of what preprocess_data writes.
  void set_data(datamodel::RawDataModel data) { environment_.data = std::move(data); }
  /// Adds an observer of every training call.
  void add_observer(std::shared_ptr<learningframework::Observer> observer);

  /// Reads the raw files, applies every preprocessing and writes out/data/<data set>/.
  void preprocess_data();
  /// Trains, evaluates and exports every enabled model for every run.
  Results train();
  /// Evaluates the weights that `train` wrote.
  Results evaluate();
  /// Runs the one enabled model over the samples of an .npy file and writes classes and logits as a .csv file.
  void predict(const std::string& input, const std::string& output);
  /// Returns what `train` would work on: configuration, data and models, with shapes, memory and operations.
  std::string dry_run();

 private:
  config::LoadedConfig loaded_;
  const config::Registries& registries_;
  Environment environment_;
};

}  // namespace qualia_snn::command
