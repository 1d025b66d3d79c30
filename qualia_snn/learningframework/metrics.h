#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::learningframework {

/// Named figures in the order in which they were asked for.
using Metrics = std::vector<std::pair<std::string, double>>;

/// Returns whether a metric is the accuracy under another name (prec, rec, f1), so that people need not read it.
QUALIA_SNN_API bool repeats_accuracy(const std::string& name);

/// Counts of classifications, from which all classification metrics follow.
class QUALIA_SNN_API ConfusionMatrix {
 public:
  /// Counts a batch; both [N, K], the class is the position of the largest entry.
  /// @throws ShapeError  if they differ in size.
  void add(const at::Tensor& output, const at::Tensor& target);
  /// Returns int64 counts [K, K]: rows are truth, columns predictions; undefined before the first batch.
  const at::Tensor& counts() const { return counts_; }

  /// Returns `prefix` + name for each of "acc", "prec", "rec", "f1" (all the same number: micro averages) and
  /// "avgclsacc" (mean over classes of the recall; classes without a target or prediction have no weight).
  /// Source: torchmetrics 1.9, as qualia_core.learningframework.PyTorch calls it.
  Metrics compute(const std::vector<std::string>& names, const std::string& prefix) const;

 private:
  at::Tensor counts_;
};

}  // namespace qualia_snn::learningframework
