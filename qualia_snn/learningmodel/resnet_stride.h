#pragma once

#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/residual.h"

namespace qualia_snn::learningmodel {

/// ResNet whose strides are those of convolutions: the ANN twin of SResNetStride.
class QUALIA_SNN_API ResNetStride final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "[prepool] -> conv -> [batch norm] -> ReLU -> groups of blocks -> [postpool] -> flatten -> linear; a block is\n"
      "conv -> [batch norm] -> [max pool] -> ReLU -> conv -> [batch norm], added to its input, or where the channels\n"
      "change or it pools, to conv 1x1 -> [batch norm] -> [max pool] of it, then ReLU.\n"
      "Source: qualia_core.learningmodel.pytorch.ResNetStride.";
  using Options = ResNetStrideOptions;

  ResNetStride(const Options& options, const config::BuildContext& context)
      : LearningModel(build_resnet_stride(options, context, {relu_activation(), StepMode::kMulti, false, "spool"})) {}
};

}  // namespace qualia_snn::learningmodel
