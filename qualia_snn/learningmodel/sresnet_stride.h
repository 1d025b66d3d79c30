#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/residual.h"

namespace qualia_snn::learningmodel {

/// SResNet whose strides are those of convolutions.
class QUALIA_SNN_API SResNetStride final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "[prepool] -> conv -> [batch norm] -> neuron -> groups of blocks -> [postpool] -> flatten -> linear; a block is\n"
      "conv -> [batch norm] -> [max pool] -> neuron -> conv -> [batch norm] -> neuron, added to its input, or where "
      "the\n"
      "channels change or it pools, to conv 1x1 -> [batch norm] -> [max pool] -> neuron of it.\n"
      "Source: qualia_plugin_snn.learningmodel.pytorch.SResNetStride.";
  struct Options : ResNetStrideOptions {
    config::Kind neuron;
    std::int64_t timesteps = 2;

    Options() { force_projection_with_pooling = true; }

    static void options(auto&& o) {
      ResNetStrideOptions::options(o);
      o("neuron", &Options::neuron, "neuron of every layer").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T").at_least(1).at_most(kLargest);
    }
  };

  SResNetStride(const Options& options, const config::BuildContext& context)
      : SResNetStride(options, context, spiking_activation(options.neuron, options.timesteps, context)) {}

 private:
  SResNetStride(const Options& options, const config::BuildContext& context, const SpikingActivation& spiking)
      : LearningModel(spiking.applied_to(
            build_resnet_stride(options, context, {spiking.activation, spiking.step_mode, true, "spool"}))) {}
};

}  // namespace qualia_snn::learningmodel
