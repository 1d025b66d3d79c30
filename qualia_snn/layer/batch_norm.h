#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"
#include "qualia_snn/layer/batch_norm_kernels.h"
#include "qualia_snn/neuron/multi_step.h"

namespace qualia_snn::layer {

class BatchNormStatistics;

/// Normalises every channel over the batch: [T*N, C, S] or [T*N, C, H, W].
///
/// In training, step mode 'm' takes statistics over all T*N samples and updates the running ones once; 's' takes those
/// of each step and updates T times. A repeated input has the same statistics at every step, so it stays repeated.
/// Evaluation uses the running statistics. eps = 1e-5, momentum = 0.1 unless stated. On the CPU statistics are added up
/// in double, in an order that does not depend on the number of threads. Source: Ioffe, Szegedy, ICML 2015;
/// torch.nn.BatchNorm as spikingjelly.activation_based.layer calls it.
class QUALIA_SNN_API BatchNorm final : public SequenceModule {
 public:
  static constexpr double kEps = 1e-5;
  static constexpr double kMomentum = 0.1;

  /// @param axes  number of axes after the channels: 1 or 2
  /// @param momentum  share of a batch in the running statistics
  BatchNorm(std::int64_t channels, std::int64_t axes, StepMode step_mode, double momentum = kMomentum);
  Sequence forward(const Sequence& input) override;
  /// Does the same as a source of neurons that read `input`, which is contiguous or channels-last: computes its
  /// statistics and updates the running ones.
  void fuse(const Sequence& input, neuron::SourceAndSink& source);
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override;

  at::Tensor weight, bias;                                    ///< [C]
  at::Tensor running_mean, running_var, num_batches_tracked;  ///< [C], [C], 0-dim int64

 private:
  std::shared_ptr<const BatchNormStatistics> train_on(const Sequence& input);
  BatchAffine running_affine() const;

  std::int64_t axes_;
  StepMode step_mode_;
  double momentum_;
};

}  // namespace qualia_snn::layer
