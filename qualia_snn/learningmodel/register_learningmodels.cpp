#include "qualia_snn/learningmodel/register_learningmodels.h"

#include "qualia_snn/learningmodel/cnn.h"
#include "qualia_snn/learningmodel/scnn.h"

namespace qualia_snn::learningmodel {

void register_learningmodels(config::Registries& registries) {
  auto& models = registries.learningmodels;
  models.add<SCNN>("SCNN", "convolutional spiking network", "spiking");
  models.add<CNN>("CNN", "convolutional network with ReLU", "float");
  for (const char* name : {"SMLP", "SResNet", "SResNetStride"}) models.add_not_offered(name, "use SCNN");
  for (const char* name : {"MLP", "ResNet", "ResNetStride", "ResNetSampleNorm", "TorchVisionModel", "CNNSampleNorm"}) {
    models.add_not_offered(name, "use CNN");
  }
}

}  // namespace qualia_snn::learningmodel
