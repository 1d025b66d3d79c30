#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/learningframework/confusion_matrix.h"
#include "qualia_snn/learningframework/regression_sums.h"

namespace qualia_snn::learningframework {

/// Named figures in the order in which they were asked for.
using Metrics = std::vector<std::pair<std::string, double>>;

/// Returns whether a metric is the accuracy under another name (prec, rec, f1), so that people need not read it.
QUALIA_SNN_API bool repeats_accuracy(const std::string& name);

/// The metrics that a configuration asks for, over all batches that were added.
class QUALIA_SNN_API MetricCollection {
 public:
  /// The names that Qualia knows.
  static const std::vector<std::string>& names();

  explicit MetricCollection(std::vector<std::string> names);

  /// Adds a batch; both [N, K].
  /// @throws ShapeError  if they differ in size.
  void add(const at::Tensor& output, const at::Tensor& target);
  /// Returns `prefix` + name for each metric; none before the first batch. "corr" of several outputs gives one figure
  /// for each: corr.0, corr.1, ...
  Metrics compute(const std::string& prefix) const;
  const ConfusionMatrix& confusion_matrix() const { return confusion_matrix_; }

  State save() const;
  /// Goes on from what `save` returned for a collection of the same names.
  void load(const State& state, at::Device device);

 private:
  std::vector<std::string> names_;
  bool regression_;  ///< one of the metrics needs the sums
  ConfusionMatrix confusion_matrix_;
  RegressionSums sums_;
};

}  // namespace qualia_snn::learningframework
