#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"

namespace qualia_snn::learningframework {

/// Counts of classifications, from which all classification metrics follow; they stay on the device of the batches.
class QUALIA_SNN_API ConfusionMatrix {
 public:
  /// Counts a batch; both [N, K], the class is the position of the largest entry.
  /// @throws ShapeError  if they differ in size.
  void add(const at::Tensor& output, const at::Tensor& target);
  /// Returns int64 counts [K, K]: rows are truth, columns predictions; undefined before the first batch.
  const at::Tensor& counts() const { return counts_; }

  /// Returns the share of right predictions. Source: torchmetrics 1.9, MulticlassAccuracy(average="micro").
  double accuracy() const;
  /// Returns the mean over classes of the recall; classes without a target or prediction have no weight.
  /// Source: torchmetrics 1.9, MulticlassAccuracy(average="macro").
  double average_class_accuracy() const;

  State save() const;
  /// @throws DataError  if the state is not one of counts.
  void load(const State& state, at::Device device);

 private:
  at::Tensor counts_;
};

}  // namespace qualia_snn::learningframework
