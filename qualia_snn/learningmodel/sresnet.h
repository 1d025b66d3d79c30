#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/residual.h"

namespace qualia_snn::learningmodel {

/// Qualia's residual spiking network, 1-D or 2-D. The neuron's step mode holds for all layers.
class QUALIA_SNN_API SResNet final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "[prepool] -> conv -> [batch norm] -> neuron -> groups of blocks -> [postpool] -> flatten -> linear; a block is\n"
      "conv -> [batch norm] -> [max pool] -> neuron -> conv -> [batch norm] -> neuron, added to its input, or where "
      "the\n"
      "channels change or it pools, to conv 1x1 -> [batch norm] -> [max pool] -> neuron of it.\n"
      "Source: qualia_plugin_snn.learningmodel.pytorch.SResNet.";
  struct Options : ResNetOptions {
    config::Kind neuron;
    std::int64_t timesteps = 2;

    static void options(auto&& o) {
      ResNetOptions::options(o);
      o("neuron", &Options::neuron, "neuron of every layer").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T").at_least(1).at_most(kLargest);
    }
  };

  SResNet(const Options& options, const config::BuildContext& context)
      : SResNet(options, context, spiking_activation(options.neuron, options.timesteps, context)) {}

 private:
  SResNet(const Options& options, const config::BuildContext& context, const SpikingActivation& spiking)
      : LearningModel(
            spiking.applied_to(build_resnet(options, context, {spiking.activation, spiking.step_mode, true, "smax"}))) {
  }
};

}  // namespace qualia_snn::learningmodel
