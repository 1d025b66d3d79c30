#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"

namespace qualia_snn::learningframework {

/// Sums from which all regression metrics follow, in float64 on the device of the batches.
class QUALIA_SNN_API RegressionSums {
 public:
  /// Adds a batch; both [N, K].
  /// @throws ShapeError  if they differ in size.
  void add(const at::Tensor& output, const at::Tensor& target);

  /// Means over all entries. Source: torchmetrics 1.9, MeanSquaredError, MeanAbsoluteError,
  /// MeanAbsolutePercentageError.
  double mse() const;
  double mae() const;
  double mape() const;
  /// Returns the slope of the outputs over the targets. Source: qualia_core.learningframework.pytorch.SlopeMetric.
  double slope() const;
  /// Returns Pearson's correlation of each output [K]. Source: torchmetrics 1.9, PearsonCorrCoef.
  at::Tensor correlation() const;

  State save() const;
  /// @throws DataError  if the state is not one of sums.
  void load(const State& state, at::Device device);

 private:
  std::int64_t rows_ = 0;
  static constexpr std::array kSums = {"squared_error", "absolute_error", "percentage_error", "output",
                                       "target",        "product",        "squared_output",   "squared_target"};
  std::array<at::Tensor*, kSums.size()> sums();

  at::Tensor squared_error_, absolute_error_, percentage_error_;            // []
  at::Tensor output_, target_, product_, squared_output_, squared_target_;  // [K]
};

}  // namespace qualia_snn::learningframework
