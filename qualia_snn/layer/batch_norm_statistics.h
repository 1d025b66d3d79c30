#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/layer/batch_norm_kernels.h"

namespace qualia_snn::layer {

/// Mean and deviation of a batch, and how gradients pass through them: batch norm in training, on one batch.
///
/// Source: Ioffe, Szegedy, ICML 2015, the equations before §3.1.
class BatchNormStatistics final : public neuron::InputStatistics {
 public:
  /// @param x  [groups*N, C, ...], contiguous or channels-last; every group is normalised by itself
  BatchNormStatistics(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                      double eps);

  /// Returns the map of x that normalises it.
  BatchAffine affine() const;
  const BatchMoments& moments() const { return moments_; }
  const BatchPlaces& places() const { return places_; }

  /// Returns the adjoints of x, weight and bias, given those of the normalised x; `gy` may be overwritten.
  std::vector<at::Tensor> backward(const at::Tensor& x, const at::Tensor& gy, Sums sums) const override;

 private:
  std::vector<at::Tensor> backward_by_library(const at::Tensor& x, const at::Tensor& gy) const;

  BatchPlaces places_;
  BatchMoments moments_;
  double eps_;
  at::ScalarType type_;  ///< that x is computed in
};

}  // namespace qualia_snn::layer
