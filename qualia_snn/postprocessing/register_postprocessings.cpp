#include "qualia_snn/postprocessing/register_postprocessings.h"

#include "qualia_snn/postprocessing/distribution.h"
#include "qualia_snn/postprocessing/energy_estimation_metric.h"
#include "qualia_snn/postprocessing/fuse_batch_norm.h"
#include "qualia_snn/postprocessing/operation_counter.h"
#include "qualia_snn/postprocessing/visualize_feature_maps.h"

namespace qualia_snn::postprocessing {

void register_postprocessings(config::Registries& registries) {
  auto& steps = registries.postprocessings;
  steps.add<FuseBatchNorm>("FuseBatchNorm", "folds batch norm into the layers before it");
  steps.add<OperationCounter>("OperationCounter", "operations and memory accesses of one inference");
  steps.add<EnergyEstimationMetric>("EnergyEstimationMetric", "energy of one inference");
  steps.add<Distribution>("Distribution", "histograms of the parameters");
  steps.add<VisualizeFeatureMaps>("VisualizeFeatureMaps", "mean outputs of the layers as arrays and pictures");
  // Configurations of Qualia may name their kinds in parts that do not run.
  for (const char* name : {"QuantizationAwareTraining", "QuantizationAwareTrainingFX", "Torch2Keras",
                           "RemoveKerasSoftmax", "QualiaCodeGen"}) {
    steps.add_not_offered(name, "remove this [[postprocessing]]");
  }
}

}  // namespace qualia_snn::postprocessing
