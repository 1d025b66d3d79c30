#include "qualia_snn/registry/builtin.h"

#include "qualia_snn/dataset/register_datasets.h"
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
  learningmodel::register_learningmodels(registries);
  learningframework::register_learningframeworks(registries);
  // Categories that have no folder yet: configurations of Qualia may name their kinds in parts that do not run.
  for (const char* name : {"HorizontalFlip", "Crop", "ResizedCrop", "Rotation2D", "AutoAugment", "IntToFloat32",
                           "Normalize", "TorchVisionModelTransforms", "Mixup", "GaussianNoise", "ExponentialNoise",
                           "Amplitude", "TimeShifting", "TimeWarping", "Cutout1D", "Rotation", "MFCC", "CMSISMFCC"}) {
    registries.dataaugmentations.add_not_offered(name, "remove this [[data_augmentation]]");
  }
  for (const char* name : {"FuseBatchNorm", "QuantizationAwareTraining", "QuantizationAwareTrainingFX",
                           "EnergyEstimationMetric", "OperationCounter", "Distribution", "VisualizeFeatureMaps",
                           "Torch2Keras", "RemoveKerasSoftmax", "QualiaCodeGen"}) {
    registries.postprocessings.add_not_offered(name, "remove this [[postprocessing]]");
  }
  return registries;
}

}  // namespace qualia_snn::registry
