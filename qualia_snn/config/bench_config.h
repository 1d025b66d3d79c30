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
  bool use_test_as_valid = false, safetensors = false;
  std::optional<std::string> reproduce;

  static void options(auto&& o) {
    o("name", &Bench::name, "name of the folder under logs/").required();
    o("seed", &Bench::seed, "seed of everything random").required().at_least(0).at_most(4294967295);
    o("first_run", &Bench::first_run, "number of the first run").required().at_least(0).at_most(1e6);
    o("last_run", &Bench::last_run, "number of the last run, inclusive").required().at_least(0).at_most(1e6);
    o("plugins", &Bench::plugins, "names or paths of plugins; \"qualia_plugin_snn\" means the built-in kinds");
    o("use_test_as_valid", &Bench::use_test_as_valid, "validate on the test set");
    o("safetensors", &Bench::safetensors, "write weights as .safetensors too, beside .pth (ours, not Qualia's)");
    o("reproduce", &Bench::reproduce,
      "\"qualia\": draw every random number in Qualia's order; false: streams of our own")
        .one_of({"qualia"});
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

/// Options of the quantisers of a model, or of one kind of tensor in it; absent: not changed.
struct QuantizerUpdate {
  std::optional<bool> quant_enable, LSQ, is_asymmetric;
  std::optional<std::int64_t> bits, force_q;
  std::optional<std::string> range_setting, roundtype, tensor_type, quantype;

  static void options(auto&& o) {
    using Self = QuantizerUpdate;
    o("quant_enable", &Self::quant_enable, "quantise at all");
    o("LSQ", &Self::LSQ, "learned step size");
    o("bits", &Self::bits, "width").at_least(1).at_most(64);
    o("force_q", &Self::force_q, "fixed number of fractional bits");
    o("range_setting", &Self::range_setting, "how the range is found");
    o("roundtype", &Self::roundtype, "how values are rounded");
    o("tensor_type", &Self::tensor_type, "what is quantised");
    o("quantype", &Self::quantype, "\"fxp\" or \"fake\"");
    o("is_asymmetric", &Self::is_asymmetric, "range with an offset");
  }
};

/// `quant_params`: for all tensors, and for some kinds of them.
struct QuantParamsUpdate : QuantizerUpdate {
  QuantizerUpdate act, v, input, w, bias;

  static void options(auto&& o) {
    using Self = QuantParamsUpdate;
    QuantizerUpdate::options(o);
    o("act", &Self::act, "activations");
    o("v", &Self::v, "potentials of neurons");
    o("input", &Self::input, "inputs of layers");
    o("w", &Self::w, "weights");
    o("bias", &Self::bias, "biases");
  }
};

/// `[model.update]`: changes that a later quantisation makes for this model.
struct Update {
  QuantParamsUpdate quant_params;

  static void options(auto&& o) { o("quant_params", &Update::quant_params, "of the postprocessing's own"); }
};

/// `[[model]]`, after `[model_template]` was merged into it.
struct ModelConfig : Kind {
  std::string name;
  bool disabled = false;
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  bool load = false, train = true, evaluate = true;
  std::optional<OptimizerConfig> optimizer;
  Update update;

  static void options(auto&& o) {
    Kind::options(o);
    o("name", &ModelConfig::name, "base of all file names").required();
    o("disabled", &ModelConfig::disabled, "leave this model out");
    o("epochs", &ModelConfig::epochs, "number of passes over the training set").at_least(0).at_most(1e9);
    o("batch_size", &ModelConfig::batch_size, "samples per step").at_least(1).at_most(1e9);
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

/// `[deploy]`: accepted, not used.
struct DeployConfig {
  std::string target;
  Kind converter;
  std::optional<Kind> deployer, evaluator;
  std::vector<std::string> quantize, optimize = {""};
  std::vector<std::int64_t> compress = {1};
  std::optional<std::int64_t> limit;

  static void options(auto&& o) {
    using Self = DeployConfig;
    o("target", &Self::target, "device to deploy to").required();
    o("converter", &Self::converter, "writes code for the target").required();
    o("deployer", &Self::deployer, "brings the code to the target");
    o("evaluator", &Self::evaluator, "runs it there");
    o("quantize", &Self::quantize, "number formats").required();
    o("optimize", &Self::optimize, "\"\" or an optimised library");
    o("compress", &Self::compress, "compression levels");
    o("limit", &Self::limit, "number of test samples").at_least(0);
  }
};

/// `[parameter_research]`: accepted, not used.
struct ParameterResearchConfig {
  Params study, optimize, trial;

  static void options(auto&& o) {
    using Self = ParameterResearchConfig;
    o("study", &Self::study, "of Optuna").required();
    o("optimize", &Self::optimize, "of Optuna").required();
    o("trial", &Self::trial, "what is searched").required();
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
  Params model_template;
  std::optional<DeployConfig> deploy;
  std::optional<Kind> experimenttracking;  ///< an observer, or a kind of Qualia: accepted, not used
  std::optional<ParameterResearchConfig> parameter_research;
  std::vector<std::string> includes, include_search_paths;

  static void options(auto&& o) {
    o("bench", &BenchConfig::bench, "name, seed and runs").required();
    o("learningframework", &BenchConfig::learningframework, "how models are trained")
        .required()
        .of(&Registries::learningframeworks);
    o("dataset", &BenchConfig::dataset, "where samples come from").required().of(&Registries::datasets);
    o("preprocessing", &BenchConfig::preprocessing, "steps of preprocess_data").of(&Registries::preprocessings);
    o("data_augmentation", &BenchConfig::data_augmentation, "applied to every batch")
        .of(&Registries::dataaugmentations);
    o("postprocessing", &BenchConfig::postprocessing, "steps after training").of(&Registries::postprocessings);
    o("model", &BenchConfig::models, "the models").required().of(&Registries::learningmodels);
    o("model_template", &BenchConfig::model_template, "defaults of every model");
    o("deploy", &BenchConfig::deploy, "deployment; accepted, not used");
    o("experimenttracking", &BenchConfig::experimenttracking,
      "observer of a plugin; tracking services of Qualia are accepted, not used")
        .of(&Registries::observers);
    o("parameter_research", &BenchConfig::parameter_research, "parameter search; accepted, not used");
    o("includes", &BenchConfig::includes, "files that fill in what this one leaves out");
    o("include_search_paths", &BenchConfig::include_search_paths, "where includes are looked for first");
  }
};

/// The plugins that a configuration names.
struct NamedPlugins {
  std::vector<std::string> names;
  std::string where;  ///< "file:line:col: bench.plugins = [...]: ", for messages
};

/// Returns them; they are loaded before everything else is read.
/// @throws ConfigError  if `bench.plugins` is no list of names.
QUALIA_SNN_API NamedPlugins plugins_of(const Value& config);

/// Reads and validates a whole configuration before any work starts, disabled models and later steps included.
///
/// Kinds of Qualia that are not offered are accepted here: the action that needs one refuses it.
/// @throws ConfigError  for the first thing that is wrong; PluginError for a plugin that is not loaded.
QUALIA_SNN_API BenchConfig parse_bench_config(const Value& config, const Registries& registries);

/// What a configuration's models are used for.
enum class Purpose { kTrain, kEvaluate };

/// Returns whether a model that is enabled will be trained.
QUALIA_SNN_API bool trains(const BenchConfig& config, Purpose purpose);

/// Returns whether an augmentation is applied: in training, or in evaluation because it has `evaluate`.
QUALIA_SNN_API bool needs_augmentation(const BenchConfig& config, const Kind& augmentation, Purpose purpose);

/// Refuses kinds that are not offered in what the purpose needs: framework, data set, augmentations, enabled models and
/// their optimisers.
/// @throws ConfigError  for the first one.
QUALIA_SNN_API void check_offered(const BenchConfig& config, const Registries& registries, Purpose purpose);

}  // namespace qualia_snn::config
