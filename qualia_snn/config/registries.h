#pragma once

#include "qualia_snn/config/registry.h"

namespace qualia_snn {

namespace neuron {
class SpikingNeuron;
class Surrogate;
}  // namespace neuron
namespace dataset {
class Dataset;
}
namespace preprocessing {
class Preprocessing;
}
namespace dataaugmentation {
class DataAugmentation;
}
namespace learningmodel {
class LearningModel;
}
namespace learningframework {
class LRScheduler;
class Observer;
class Optimizer;
class TrainerModule;
}  // namespace learningframework
namespace postprocessing {
class Postprocessing;
}

namespace config {

/// Every component that a configuration can name; owned by the application and passed down.
struct Registries {
  Registry<neuron::SpikingNeuron> neurons{"neuron"};
  Registry<neuron::Surrogate> surrogates{"surrogate"};
  Registry<dataset::Dataset> datasets{"dataset"};
  Registry<preprocessing::Preprocessing> preprocessings{"preprocessing"};
  Registry<dataaugmentation::DataAugmentation> dataaugmentations{"data augmentation"};
  Registry<learningmodel::LearningModel> learningmodels{"model"};
  Registry<learningframework::TrainerModule> learningframeworks{"learning framework"};
  Registry<learningframework::Optimizer> optimizers{"optimizer"};
  Registry<learningframework::LRScheduler> schedulers{"scheduler"};
  Registry<postprocessing::Postprocessing> postprocessings{"postprocessing"};
  Registry<learningframework::Observer> observers{"observer"};
  std::vector<std::string> plugins;         ///< names of those that were loaded
  std::vector<const void*> plugin_entries;  ///< and what they are: a file may have several names

  /// Takes everything of `other`, which stays a whole: a name that is taken leaves all as it is.
  /// @throws PluginError  naming it.
  void merge(Registries other);
};

/// Calls `visit` with the place of every registry: the one list of all categories.
template <class Visit>
void for_each_category(Visit&& visit) {
  visit(&Registries::neurons);
  visit(&Registries::surrogates);
  visit(&Registries::datasets);
  visit(&Registries::preprocessings);
  visit(&Registries::dataaugmentations);
  visit(&Registries::learningmodels);
  visit(&Registries::learningframeworks);
  visit(&Registries::optimizers);
  visit(&Registries::schedulers);
  visit(&Registries::postprocessings);
  visit(&Registries::observers);
}

/// Calls `visit` with every registry.
template <class AnyRegistries, class Visit>
void for_each_registry(AnyRegistries& registries, Visit&& visit) {
  for_each_category([&](auto category) { visit(registries.*category); });
}

inline void Registries::merge(Registries other) {
  for_each_category([&](auto category) {
    const auto& mine = this->*category;
    const auto name = mine.common_name(other.*category);
    QUALIA_SNN_CHECK(name.empty(), PluginError, "the ", mine.category(), " \"", name, "\" is registered twice");
  });
  for_each_category([&](auto category) { (this->*category).merge(std::move(other.*category)); });
}

namespace detail {

template <class K, class Category>
void check_kind(const K& kind, Category category, const ReadContext& context) {
  const auto& registry = context.registries->*category;
  if constexpr (requires { kind.disabled; }) {
    // Qualia: what a disabled model says besides its kind is not looked at.
    if (kind.disabled) return registry.check_name(kind);
  }
  registry.check(kind, context);
}

template <class Category>
void resolve_kinds(Value& value, Category category, const ReadContext& context) {
  if (auto* list = value.get_if<Value::List>()) {
    for (auto& item : *list) resolve_kinds(item, category, context);
    return;
  }
  const auto* name = value.find("kind");
  if (name == nullptr) return;
  const auto* disabled = value.find("disabled");
  if (disabled && disabled->get_if<bool>() && *disabled->get_if<bool>()) return;  // it keeps what was written
  const auto* params = value.find("params");
  const Kind kind{*name->get_if<std::string>(), {params ? *params : Value(), "params"}, {}, ""};
  value.set("params", (context.registries->*category).resolve(kind, context), name->location());
}

}  // namespace detail
}  // namespace config
}  // namespace qualia_snn
