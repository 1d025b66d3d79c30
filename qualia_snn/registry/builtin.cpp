#include "qualia_snn/registry/builtin.h"

#include "qualia_snn/dataaugmentation/register_dataaugmentations.h"
#include "qualia_snn/dataset/register_datasets.h"
#include "qualia_snn/experimenttracking/register_experimenttracking.h"
#include "qualia_snn/learningframework/register_learningframeworks.h"
#include "qualia_snn/learningmodel/register_learningmodels.h"
#include "qualia_snn/neuron/register_neurons.h"
#include "qualia_snn/preprocessing/register_preprocessings.h"

namespace qualia_snn::registry {

config::Registries builtin_registries() {
  config::Registries registries;
  neuron::register_neurons(registries);
  dataset::register_datasets(registries);
  preprocessing::register_preprocessings(registries);
  dataaugmentation::register_dataaugmentations(registries);
  learningmodel::register_learningmodels(registries);
  learningframework::register_learningframeworks(registries);
  experimenttracking::register_experimenttracking(registries);
  // Categories without a kind of our own yet: configurations of Qualia may name their kinds in parts that do not run.
  for (const char* name : {"FuseBatchNorm", "QuantizationAwareTraining", "QuantizationAwareTrainingFX",
                           "EnergyEstimationMetric", "OperationCounter", "Distribution", "VisualizeFeatureMaps",
                           "Torch2Keras", "RemoveKerasSoftmax", "QualiaCodeGen"}) {
    registries.postprocessings.add_not_offered(name, "remove this [[postprocessing]]");
  }
  return registries;
}

}  // namespace qualia_snn::registry
