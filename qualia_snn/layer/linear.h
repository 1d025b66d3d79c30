#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Applies y = x W^T + b to every sample of every time step: [T*N, in] to [T*N, out].
///
/// Parameters `weight` [out, in] and `bias` [out] start as those of torch.nn.Linear, drawn in the same order.
class QUALIA_SNN_API Linear final : public SequenceModule {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features);
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  std::int64_t multiply_accumulates(const std::vector<Shape>& inputs, const Shape& output) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return "Linear"; }

  at::Tensor weight, bias;
};

}  // namespace qualia_snn::layer
