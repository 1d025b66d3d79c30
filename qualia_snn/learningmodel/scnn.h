#pragma once

#include "qualia_snn/learningmodel/convolutional.h"

namespace qualia_snn::learningmodel {

/// Qualia's convolutional spiking network, 1-D or 2-D.
///
/// The neuron's step mode holds for all layers. Source: qualia_plugin_snn.learningmodel.pytorch.SCNN.
class QUALIA_SNN_API SCNN final : public LearningModel {
 public:
  struct Options : ConvolutionalOptions {
    config::Kind neuron;
    std::int64_t timesteps = 4;

    static void options(auto&& o) {
      ConvolutionalOptions::options(o);
      o("neuron", &Options::neuron, "neuron of every layer").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T").at_least(1).at_most(kLargest);
    }
  };
  SCNN(const Options& options, const config::BuildContext& context);

 private:
  explicit SCNN(ConvolutionalGraph built);
};

}  // namespace qualia_snn::learningmodel
