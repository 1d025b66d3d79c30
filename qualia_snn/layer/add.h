#pragma once

#include <c10/util/ArrayRef.h>

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Adds what several layers give, of the same shape: the end of a residual block. Sums of spikes are no spikes.
/// Source: qualia_core.learningmodel.pytorch.layers.Add.
class QUALIA_SNN_API Add final : public SequenceModule {
 public:
  Sequence forward_inputs(c10::ArrayRef<Sequence> inputs) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return "Add"; }
};

}  // namespace qualia_snn::layer
