#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/neuron/multi_step.h"

/// Batch normalisation on the CPU: sums over the batch, and what is done with them.
///
/// LibTorch's own kernel for channels-last batches adds up in single precision, one row after the other, in as many
/// parts as there are threads: statistics of 10^6 values are off by 10^-4, differently for every number of threads.
/// Here short sums of floats are added up in double, in an order that does not depend on the threads. Deviations beyond
/// 10^18 overflow.
namespace qualia_snn::layer {

/// How a batch lies in memory: [groups, outer, channels, inner], the last fastest. Every group is normalised by itself.
///
/// Channels-last batches have inner = 1, contiguous ones outer = N.
struct BatchPlaces {
  std::int64_t groups = 1, outer = 1, channels = 1, inner = 1;
  /// Values per channel of a group.
  std::int64_t count() const { return outer * inner; }
};

/// Returns the places of x, [groups*N, C, ...], which is contiguous or channels-last.
BatchPlaces batch_places(const at::Tensor& x, std::int64_t groups);

/// Whether the kernels take x: on the CPU, float, double or bfloat16 (computed in float).
bool batch_norm_takes(const at::Tensor& x);

/// Mean and biased variance per group and channel: [groups, C], double.
struct BatchMoments {
  at::Tensor mean, variance;
};
BatchMoments batch_moments(const at::Tensor& x, const BatchPlaces& places);

/// The map of a batch per group and channel: scale * x + shift, [groups, C] in the type that x is computed in.
struct BatchAffine {
  at::Tensor scale, shift;
};
/// Returns (x - mean) / sqrt(variance + eps) * weight + bias as such a map.
BatchAffine batch_affine(const BatchMoments& moments, const at::Tensor& weight, const at::Tensor& bias, double eps,
                         at::ScalarType type);

/// Returns scale * x + shift in x's type and memory order.
at::Tensor batch_normalise(const at::Tensor& x, const BatchPlaces& places, const BatchAffine& affine);

/// The sums of gy and of gy * (x - center), where the center is the mean, rounded to the type that x is computed in.
using BatchNormSums = neuron::InputStatistics::Sums;
/// @param gy  adjoint of the normalised batch, in x's type and memory order
BatchNormSums batch_norm_sums(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& places,
                              const BatchMoments& moments);

/// Adjoints of weight and bias, [C] in double.
struct BatchNormAdjoints {
  at::Tensor weight, bias;
};
/// Writes the adjoint of x, through the moments too, to `gx`, which may be gy.
BatchNormAdjoints batch_norm_backward(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& places,
                                      const BatchMoments& moments, const at::Tensor& weight, double eps,
                                      const BatchNormSums& sums, const at::Tensor& gx);

}  // namespace qualia_snn::layer
