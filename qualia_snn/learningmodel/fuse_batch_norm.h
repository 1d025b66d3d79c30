#pragma once

#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningmodel {

/// Returns a model that computes the same in evaluation without batch norm: each one that follows a convolution or a
/// linear layer, which nobody else reads, is folded into weights and bias of a new layer under the same name.
///
/// All other layers are those of `model`.
/// Source: torch.nn.utils.fusion.fuse_conv_bn_weights; qualia_core.postprocessing.FuseBatchNorm.
QUALIA_SNN_API ModelParts fuse_batch_norm(const LearningModel& model);

}  // namespace qualia_snn::learningmodel
