#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/perceptron.h"

namespace qualia_snn::learningmodel {

/// Qualia's multi-layer perceptron with ReLU: the ANN twin of SMLP.
class QUALIA_SNN_API MLP final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "flatten -> n x (linear -> ReLU) -> linear\n"
      "Source: qualia_core.learningmodel.pytorch.MLP.";
  using Options = PerceptronOptions;

  MLP(const Options& options, const config::BuildContext& context)
      : LearningModel(build_perceptron(options, context, relu_activation())) {}
};

}  // namespace qualia_snn::learningmodel
