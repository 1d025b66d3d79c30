#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Sizes of a convolution over one or two axes; one entry per axis.
struct ConvOptions {
  std::int64_t in_channels, out_channels;
  std::vector<std::int64_t> kernel_size;
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> padding;
  std::int64_t groups = 1;
  bool bias = true;
};

/// Applies a 1-D or 2-D convolution to every sample of every time step: [T*N, C, S] or [T*N, C, H, W].
///
/// Parameters `weight` [C_out, C_in/groups, k...] and `bias` [C_out] start as those of torch.nn.Conv1d/Conv2d, drawn
/// from LibTorch's default generator in the same order.
class QUALIA_SNN_API Conv final : public SequenceModule {
 public:
  explicit Conv(ConvOptions options);
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  std::int64_t multiply_accumulates(const std::vector<Shape>& inputs, const Shape& output) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override;
  /// Lets outputs come with a recipe: what reads them need not keep them.
  void set_recomputed(bool recomputed) { recomputed_ = recomputed; }
  bool is_recomputed() const { return recomputed_; }
  /// Lets equal patches of an input give equal bits wherever they lie, by LibTorch's forward pass.
  void set_keeps_ties(bool keeps_ties) { keeps_ties_ = keeps_ties; }
  bool keeps_ties() const { return keeps_ties_; }

  ConvOptions options;
  at::Tensor weight;
  at::Tensor bias;  ///< undefined if `options.bias` is false

 private:
  bool recomputed_ = false, keeps_ties_ = false;
};

}  // namespace qualia_snn::layer
