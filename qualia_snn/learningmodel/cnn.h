#pragma once

#include "qualia_snn/learningmodel/convolutional.h"

namespace qualia_snn::learningmodel {

/// Qualia's convolutional network with ReLU, 1-D or 2-D: the ANN twin of SCNN.
class QUALIA_SNN_API CNN final : public LearningModel {
 public:
  using Options = ConvolutionalOptions;
  CNN(const Options& options, const config::BuildContext& context);

 private:
  explicit CNN(ConvolutionalGraph built);
};

}  // namespace qualia_snn::learningmodel
