#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/bench_config.h"

namespace qualia_snn::command {

/// What one run of one model gave.
struct ModelResult {
  std::string name;
  std::int64_t run = 0;
  std::int64_t parameters = 0;
  std::optional<double> test_accuracy;  ///< none without evaluation or test set
  std::optional<std::string> weights;   ///< file that was written
};

/// What an action gave.
struct Results {
  std::vector<ModelResult> models;
  std::string logs;                   ///< CSV file of the action
  std::vector<std::string> left_out;  ///< enabled postprocessings that are not offered yet
};

/// A configuration that can be run: the public face of the library; the program is a thin shell over it.
///
///     auto registries = registry::builtin_registries();
///     command::Experiment experiment(config::load_config("scnn.toml", {}, registries), registries);
///     experiment.preprocess_data();
///     auto results = experiment.train();
class QUALIA_SNN_API Experiment {
 public:
  /// @param root           where out/ and logs/ are; "": the working folder
  /// @param program_start  from where the time to the first training step counts
  Experiment(config::LoadedConfig config, const config::Registries& registries, std::string root = "",
             std::chrono::steady_clock::time_point program_start = std::chrono::steady_clock::now());

  /// Reads the raw files, applies every preprocessing and writes out/data/<data set>/.
  void preprocess_data();

  /// Trains, evaluates and exports every enabled model for every run.
  Results train();

 private:
  config::LoadedConfig loaded_;
  const config::Registries& registries_;
  std::string root_;
  std::chrono::steady_clock::time_point program_start_;
};

}  // namespace qualia_snn::command
