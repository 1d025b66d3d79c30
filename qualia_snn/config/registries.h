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
