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

namespace detail {

template <class Category>
void check_kind(const Kind& kind, Category category, const ReadContext& context) {
  (context.registries->*category).check(kind, context);
}

}  // namespace detail
}  // namespace config
}  // namespace qualia_snn
