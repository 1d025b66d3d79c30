#include "qualia_snn/registry/builtin.h"

#include "qualia_snn/dataaugmentation/register_dataaugmentations.h"
#include "qualia_snn/dataset/register_datasets.h"
#include "qualia_snn/experimenttracking/register_experimenttracking.h"
#include "qualia_snn/learningframework/register_learningframeworks.h"
#include "qualia_snn/learningmodel/register_learningmodels.h"
#include "qualia_snn/neuron/register_neurons.h"
#include "qualia_snn/postprocessing/register_postprocessings.h"
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
  postprocessing::register_postprocessings(registries);
  return registries;
}

}  // namespace qualia_snn::registry
