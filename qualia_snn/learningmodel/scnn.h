#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/convolutional.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningmodel {

/// Qualia's convolutional spiking network, 1-D or 2-D. The neuron's step mode holds for all layers.
class QUALIA_SNN_API SCNN final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "[prepool] -> n x (conv -> [batch norm] -> neuron -> [dropout] -> [max pool]) -> [postpool] ->\n"
      "flatten -> m x (linear -> neuron -> [dropout]) -> linear; with gsp: conv 1x1 -> neuron -> sum over space.\n"
      "Lists are zipped: the shortest decides how many convolutions there are; dropouts has an entry for each\n"
      "convolution, then one for each hidden linear layer.\n"
      "Source: qualia_plugin_snn.learningmodel.pytorch.SCNN.";
  struct Options : ConvolutionalOptions {
    config::Kind neuron;
    std::int64_t timesteps = 4;

    static void options(auto&& o) {
      ConvolutionalOptions::options(o);
      o("neuron", &Options::neuron, "neuron of every layer").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T").at_least(1).at_most(kLargest);
    }
  };

  SCNN(const Options& options, const config::BuildContext& context)
      : SCNN(options, context, spiking_activation(options.neuron, options.timesteps, context)) {}

 private:
  SCNN(const Options& options, const config::BuildContext& context, const SpikingActivation& spiking)
      : LearningModel(
            spiking.applied_to(build_convolutional(options, context, spiking.activation, spiking.step_mode))) {}
};

}  // namespace qualia_snn::learningmodel
