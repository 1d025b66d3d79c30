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
  std::vector<std::string> plugins;  ///< names of those that were loaded

  /// Takes everything of `other`, which stays a whole: a name that is taken leaves all as it is.
  /// @throws PluginError  naming it.
  void merge(Registries other);
};

/// Calls `visit` with every registry.
template <class AnyRegistries, class Visit>
void for_each_registry(AnyRegistries& registries, Visit&& visit) {
  visit(registries.neurons);
  visit(registries.surrogates);
  visit(registries.datasets);
  visit(registries.preprocessings);
  visit(registries.dataaugmentations);
  visit(registries.learningmodels);
  visit(registries.learningframeworks);
  visit(registries.optimizers);
  visit(registries.schedulers);
  visit(registries.postprocessings);
  visit(registries.observers);
}

inline void Registries::merge(Registries other) {
  const auto for_each_pair = [&](const auto& visit) {
    visit(neurons, other.neurons);
    visit(surrogates, other.surrogates);
    visit(datasets, other.datasets);
    visit(preprocessings, other.preprocessings);
    visit(dataaugmentations, other.dataaugmentations);
    visit(learningmodels, other.learningmodels);
    visit(learningframeworks, other.learningframeworks);
    visit(optimizers, other.optimizers);
    visit(schedulers, other.schedulers);
    visit(postprocessings, other.postprocessings);
    visit(observers, other.observers);
  };
  for_each_pair([](const auto& mine, const auto& others) {
    const auto name = mine.common_name(others);
    QUALIA_SNN_CHECK(name.empty(), PluginError, "the ", mine.category(), " \"", name, "\" is registered twice");
  });
  for_each_pair([](auto& mine, auto& others) { mine.merge(std::move(others)); });
}

namespace detail {

template <class Category>
void check_kind(const Kind& kind, Category category, const ReadContext& context) {
  (context.registries->*category).check(kind, context);
}

template <class Category>
void resolve_kinds(Value& value, Category category, const ReadContext& context) {
  if (auto* list = value.get_if<Value::List>()) {
    for (auto& item : *list) resolve_kinds(item, category, context);
    return;
  }
  const auto* name = value.find("kind");
  if (name == nullptr) return;
  const auto* params = value.find("params");
  const Kind kind{*name->get_if<std::string>(), {params ? *params : Value(), "params"}, {}, ""};
  value.set("params", (context.registries->*category).resolve(kind, context), name->location());
}

}  // namespace detail
}  // namespace config
}  // namespace qualia_snn
