#include "qualia_snn/learningmodel/register_learningmodels.h"

#include "qualia_snn/learningmodel/cnn.h"
#include "qualia_snn/learningmodel/mlp.h"
#include "qualia_snn/learningmodel/resnet.h"
#include "qualia_snn/learningmodel/resnet_sample_norm.h"
#include "qualia_snn/learningmodel/resnet_stride.h"
#include "qualia_snn/learningmodel/scnn.h"
#include "qualia_snn/learningmodel/smlp.h"
#include "qualia_snn/learningmodel/sresnet.h"
#include "qualia_snn/learningmodel/sresnet_stride.h"

namespace qualia_snn::learningmodel {

void register_learningmodels(config::Registries& registries) {
  auto& models = registries.learningmodels;
  models.add<SCNN>("SCNN", "convolutional spiking network", "spiking");
  models.add<CNN>("CNN", "convolutional network with ReLU", "float");
  models.add<SMLP>("SMLP", "spiking multi-layer perceptron", "spiking");
  models.add<MLP>("MLP", "multi-layer perceptron with ReLU", "float");
  models.add<SResNet>("SResNet", "residual spiking network whose blocks pool", "spiking");
  models.add<ResNet>("ResNet", "residual network with ReLU whose blocks pool", "float");
  models.add<SResNetStride>("SResNetStride", "residual spiking network with strides", "spiking");
  models.add<ResNetStride>("ResNetStride", "residual network with ReLU and strides", "float");
  models.add<ResNetSampleNorm>("ResNetSampleNorm", "ResNetStride of samples that are normalised one by one", "float");
  models.add_not_offered("TorchVisionModel", "use ResNet");
  models.add_not_offered("CNNSampleNorm", "use ResNetSampleNorm");
}

}  // namespace qualia_snn::learningmodel
