#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"

/// The typed form of a configuration file; keys, types and defaults are Qualia's (qualia_core.typing.ConfigDict).
namespace qualia_snn::config {

/// `[bench]`
struct Bench {
  std::string name;
  std::int64_t seed = 0;
  std::int64_t first_run = 1, last_run = 1;
  std::vector<std::string> plugins;
  bool use_test_as_valid = false;

  static void options(auto&& o) {
    o("name", &Bench::name, "name of the folder under logs/").required();
    o("seed", &Bench::seed, "seed of everything random").required().at_least(0).at_most(4294967295);
    o("first_run", &Bench::first_run, "number of the first run").required().at_least(0).at_most(1e6);
    o("last_run", &Bench::last_run, "number of the last run, inclusive").required().at_least(0).at_most(1e6);
    o("plugins", &Bench::plugins, "plugins; \"qualia_plugin_snn\" means the built-in kinds");
    o("use_test_as_valid", &Bench::use_test_as_valid, "validate on the test set");
  }
};

/// `[model.optimizer]`
struct OptimizerConfig : Kind {
  std::optional<Kind> scheduler;

  static void options(auto&& o) {
    Kind::options(o);
    o("scheduler", &OptimizerConfig::scheduler, "learning rate of each epoch").of(&Registries::schedulers);
  }
};

/// `[[model]]`, after `[model_template]` was merged into it.
struct ModelConfig : Kind {
  std::string name;
  bool disabled = false;
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  bool load = false, train = true, evaluate = true;
  std::optional<OptimizerConfig> optimizer;
  Params update;

  static void options(auto&& o) {
    Kind::options(o);
    o("name", &ModelConfig::name, "base of all file names").required();
    o("disabled", &ModelConfig::disabled, "leave this model out");
    o("epochs", &ModelConfig::epochs, "number of passes over the training set").at_least(0).at_most(1e9);
    o("batch_size", &ModelConfig::batch_size, "samples per step").at_least(1);
    o("load", &ModelConfig::load, "start from out/learningmodel/<name>_r<run>.pth");
    o("train", &ModelConfig::train, "train the model");
    o("evaluate", &ModelConfig::evaluate, "evaluate on the training and test sets");
    o("optimizer", &ModelConfig::optimizer, "update rule; none: weights stay").of(&Registries::optimizers);
    o("update", &ModelConfig::update, "changes of later quantisation steps");
  }
};

/// `[[postprocessing]]`
struct PostprocessingConfig : Kind {
  bool export_weights = false;

  static void options(auto&& o) {
    Kind::options(o);
    o("export", &PostprocessingConfig::export_weights, "save the result as <new name>_r<run>.pth");
  }
};

/// A whole configuration.
struct BenchConfig {
  Bench bench;
  Kind learningframework;
  Kind dataset;
  std::vector<Kind> preprocessing, data_augmentation;
  std::vector<PostprocessingConfig> postprocessing;
  std::vector<ModelConfig> models;
  Params model_template, deploy, experimenttracking, parameter_research;

  static void options(auto&& o) {
    o("bench", &BenchConfig::bench, "name, seed and runs").required();
    o("learningframework", &BenchConfig::learningframework, "how models are trained")
        .required()
        .of(&Registries::learningframeworks);
    o("dataset", &BenchConfig::dataset, "where samples come from").required().of(&Registries::datasets);
    o("preprocessing", &BenchConfig::preprocessing, "steps of preprocess_data").of(&Registries::preprocessings);
    o("data_augmentation", &BenchConfig::data_augmentation, "applied to every batch")
        .of(&Registries::dataaugmentations);
    o("postprocessing", &BenchConfig::postprocessing, "steps after training");
    o("model", &BenchConfig::models, "the models").required();
    o("model_template", &BenchConfig::model_template, "defaults of every model");
    o("deploy", &BenchConfig::deploy, "deployment; accepted, not used");
    o("experimenttracking", &BenchConfig::experimenttracking, "tracking service; accepted, not used");
    o("parameter_research", &BenchConfig::parameter_research, "parameter search; accepted, not used");
  }
};

/// Reads and validates a whole configuration before any work starts, disabled models and later steps included.
///
/// Kinds of Qualia that are not offered are accepted here: the action that needs one refuses it.
/// @throws ConfigError  for the first thing that is wrong; PluginError for a plugin other than "qualia_plugin_snn".
QUALIA_SNN_API BenchConfig parse_bench_config(const Value& config, const Registries& registries);

/// Refuses kinds that are not offered in what training needs: framework, data set, augmentations and enabled models.
/// @throws ConfigError  for the first one.
QUALIA_SNN_API void check_offered_for_training(const BenchConfig& config, const Registries& registries);

/// A configuration as a command gets it.
struct LoadedConfig {
  BenchConfig config;
  std::vector<std::string> warnings;  ///< what the user wrote and nothing uses
};

/// Reads a TOML file, merges its template, applies the command line's overrides and validates the result.
QUALIA_SNN_API LoadedConfig load_config(const std::string& path, const std::vector<std::string>& overrides,
                                        const Registries& registries);

}  // namespace qualia_snn::config
