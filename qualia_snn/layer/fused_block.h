#pragma once

#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/dropout.h"
#include "qualia_snn/layer/pool.h"
#include "qualia_snn/neuron/neuron_layer.h"

namespace qualia_snn::layer {

/// The layers of a fused block, which share the work; null: not there.
struct QUALIA_SNN_API FusedLayers {
  std::shared_ptr<BatchNorm> batch_norm;
  std::shared_ptr<neuron::NeuronLayerBase> neuron;  ///< always there
  std::shared_ptr<Dropout> dropout;
  std::shared_ptr<MaxPool> max_pool;

  /// Returns those that are there, in their order.
  std::vector<std::shared_ptr<SequenceModule>> modules() const;
};

/// Batch norm, neurons, dropout and max pool in one pass forward and one or two backward, which keep the input only.
///
/// The layers stay what they are: parameters, statistics, state and random keys are theirs, and the results are those
/// of calling one after the other, which is what happens where no kernels run the neurons. With bfloat16 they are more
/// exact: what is between the layers is not rounded.
class QUALIA_SNN_API FusedBlock final : public SequenceModule {
 public:
  explicit FusedBlock(FusedLayers layers) : layers_(std::move(layers)) {}
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  /// Returns the kinds of its layers, joined by " + ".
  std::string kind() const override;
  const FusedLayers& layers() const { return layers_; }

 private:
  Sequence one_by_one(const Sequence& input) const;

  FusedLayers layers_;
};

}  // namespace qualia_snn::layer
