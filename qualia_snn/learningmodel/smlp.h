#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/perceptron.h"

namespace qualia_snn::learningmodel {

/// Qualia's spiking multi-layer perceptron.
class QUALIA_SNN_API SMLP final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "flatten -> n x (linear -> neuron) -> linear\n"
      "Source: qualia_plugin_snn.learningmodel.pytorch.SMLP.";
  struct Options : PerceptronOptions {
    config::Kind neuron;
    std::int64_t timesteps = 0;

    static void options(auto&& o) {
      PerceptronOptions::options(o);
      o("neuron", &Options::neuron, "neuron of every layer").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T").required().at_least(1).at_most(kLargest);
    }
  };

  SMLP(const Options& options, const config::BuildContext& context)
      : SMLP(options, context, spiking_activation(options.neuron, options.timesteps, context)) {}

 private:
  SMLP(const Options& options, const config::BuildContext& context, const SpikingActivation& spiking)
      : LearningModel(spiking.applied_to(build_perceptron(options, context, spiking.activation))) {}
};

}  // namespace qualia_snn::learningmodel
