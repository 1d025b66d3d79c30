#pragma once

#include <c10/util/ArrayRef.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/sequence.h"

namespace qualia_snn {

/// Sizes of one sample at one time step, channels first: [C, S], [C, H, W] or [C].
using Shape = std::vector<std::int64_t>;

/// How a layer treats the T steps of one call.
///
/// kSingle ('s'): as if it were called once per step; kMulti ('m'): once with all steps. Only layers with statistics
/// over the batch differ (batch norm).
enum class StepMode : char { kSingle = 's', kMulti = 'm' };

/// A module that maps sequences to a sequence: what a LayerGraph executes.
class QUALIA_SNN_API SequenceModule : public torch::nn::Module {
 public:
  ~SequenceModule() override;

  /// Maps one sequence; layers with several inputs override `forward_inputs` instead.
  virtual Sequence forward(const Sequence& input);
  /// Maps the outputs of the nodes that this layer reads, in their order.
  virtual Sequence forward_inputs(c10::ArrayRef<Sequence> inputs);

  /// Returns the shape of one output sample, without T and N.
  /// @throws ShapeError if the inputs do not fit.
  virtual Shape output_shape(const std::vector<Shape>& inputs) const;

  /// Returns the multiply-accumulates of one sample at one time step, given the shapes of inputs and output.
  virtual std::int64_t multiply_accumulates(const std::vector<Shape>& inputs, const Shape& output) const;

  /// Returns whether the layer takes a repeated input as it is, [N, ...]; others get it with all T steps.
  virtual bool takes_repeated() const { return false; }

  /// Returns the kind as Qualia prints it, for example "Conv2d".
  virtual std::string kind() const = 0;
};

}  // namespace qualia_snn
