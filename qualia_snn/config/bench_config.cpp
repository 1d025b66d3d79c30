#include "qualia_snn/config/bench_config.h"

#include <algorithm>
#include <map>

#include "qualia_snn/core/spelling.h"

namespace qualia_snn::config {
namespace {

/// A name becomes a file name: no path separators, nothing hidden.
void check_file_name(const std::string& name, const Value& where, const std::string& path) {
  const bool good = !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
                    name.find('\0') == std::string::npos && name.size() <= 200;
  if (!good)
    fail(where, path,
         "is used as a file name; it must not be empty, start with \".\", contain \"/\" or have more than 200 "
         "characters");
}

/// Refuses an enabled model that the framework does not offer, naming those that do.
void check_group(const ModelConfig& model, const std::string& framework, const std::string& path,
                 const Registries& registries) {
  const auto* entry = registries.learningmodels.find(model.kind);
  const auto* framework_entry = registries.learningframeworks.find(framework);
  if (model.disabled || !entry || !framework_entry || entry->group == framework_entry->group) return;
  std::vector<std::string> fitting;
  for (const auto& other : registries.learningframeworks.names()) {
    if (registries.learningframeworks.find(other)->group == entry->group) fitting.push_back(other);
  }
  fail(model.location, path + ".kind", nullptr,
       concat("the learning framework ", framework, " does not offer the model ", model.kind, "; use ",
              fitting.size() > 1 ? "one of " : "", join(fitting)));
}

void check_models(const Value& config, const std::vector<ModelConfig>& models, const Registries& registries,
                  const std::string& framework) {
  const auto& tables = *config.find("model")->get_if<Value::List>();
  std::map<std::string, std::size_t> first_of;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto& model = models[i];
    const auto path = "model." + std::to_string(i);
    const auto& name = *tables[i].find("name");
    check_file_name(model.name, name, path + ".name");
    const auto [first, added] = model.disabled ? std::pair(first_of.end(), true) : first_of.try_emplace(model.name, i);
    if (!added) fail(name, path + ".name", concat("is also the name of model.", first->second, "; names must differ"));

    check_group(model, framework, path, registries);
  }
}

// Qualia: the template has no name, also where one model alone would take it.
void check_model_template(const Value& config) {
  const auto* model_template = config.find("model_template");
  const auto* name = model_template ? model_template->find("name") : nullptr;
  if (name) fail(*name, "model_template.name", "the template is for all models; move the name to its [[model]]");
}

/// Goes before everything else: the kinds of a plugin that is not there are unknown.
void check_plugins(const Value& config, const Registries& registries) {
  const auto plugins = plugins_of(config);
  for (const auto& name : plugins.names) {
    const auto& loaded = registries.plugins;
    const bool known = name == "qualia_plugin_snn" || std::find(loaded.begin(), loaded.end(), name) != loaded.end();
    QUALIA_SNN_CHECK(known, PluginError, plugins.where, "\"", name,
                     "\" is not loaded; registry::load_config does that");
  }
}

}  // namespace

NamedPlugins plugins_of(const Value& config) {
  const auto* bench = config.find("bench");
  const auto* list = bench ? bench->find("plugins") : nullptr;
  if (list == nullptr) return {};
  return {detail::read<std::vector<std::string>>(*list, "bench.plugins", {}),
          concat(list->location().str(), ": bench.plugins = ", list->str(), ": ")};
}

BenchConfig parse_bench_config(const Value& config, const Registries& registries) {
  check_plugins(config, registries);
  auto result = parse_value<BenchConfig>(config, "", {&registries, false});
  check_file_name(result.bench.name, *config.find("bench")->find("name"), "bench.name");
  if (result.bench.last_run < result.bench.first_run) {
    fail(*config.find("bench")->find("last_run"), "bench.last_run",
         concat("must be >= bench.first_run = ", result.bench.first_run));
  }
  check_model_template(config);
  if (result.models.empty()) fail(*config.find("model"), "model", "expected at least one [[model]]");
  check_models(config, result.models, registries, result.learningframework.kind);
  return result;
}

bool trains(const BenchConfig& config, Purpose purpose) {
  return purpose == Purpose::kTrain && std::any_of(config.models.begin(), config.models.end(),
                                                   [](const ModelConfig& m) { return !m.disabled && m.train; });
}

bool needs_augmentation(const BenchConfig& config, const Kind& augmentation, Purpose purpose) {
  const auto* evaluate = augmentation.params.value.find("evaluate");
  const auto* flag = evaluate ? evaluate->get_if<bool>() : nullptr;
  return trains(config, purpose) || (flag != nullptr && *flag);
}

void check_offered(const BenchConfig& config, const Registries& registries, Purpose purpose) {
  const ReadContext enabled{&registries, true};
  registries.learningframeworks.check(config.learningframework, enabled);
  registries.datasets.check(config.dataset, enabled);
  for (const auto& augmentation : config.data_augmentation) {
    if (needs_augmentation(config, augmentation, purpose)) registries.dataaugmentations.check(augmentation, enabled);
  }
  for (const auto& model : config.models) {
    if (model.disabled) continue;
    registries.learningmodels.check(model, enabled);
    if (purpose != Purpose::kTrain || !model.train || !model.optimizer) continue;
    registries.optimizers.check(*model.optimizer, enabled);
    if (model.optimizer->scheduler) registries.schedulers.check(*model.optimizer->scheduler, enabled);
  }
}

}  // namespace qualia_snn::config
