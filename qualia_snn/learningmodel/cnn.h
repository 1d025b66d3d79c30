#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/convolutional.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningmodel {

/// Qualia's convolutional network with ReLU, 1-D or 2-D: the ANN twin of SCNN.
class QUALIA_SNN_API CNN final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "[prepool] -> n x (conv -> [batch norm] -> ReLU -> [dropout] -> [max pool]) -> [postpool] ->\n"
      "flatten -> m x (linear -> ReLU -> [dropout]) -> linear; with gsp: conv 1x1 -> ReLU -> sum over space.\n"
      "Lists are zipped: the shortest decides how many convolutions there are; dropouts has an entry for each\n"
      "convolution, then one for each hidden linear layer.\n"
      "Source: qualia_core.learningmodel.pytorch.CNN.";
  using Options = ConvolutionalOptions;

  CNN(const Options& options, const config::BuildContext& context)
      : LearningModel(build_convolutional(options, context, relu_activation(), StepMode::kMulti)) {}
};

}  // namespace qualia_snn::learningmodel
