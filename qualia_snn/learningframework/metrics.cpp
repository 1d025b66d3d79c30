#include "qualia_snn/learningframework/metrics.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {

bool repeats_accuracy(const std::string& name) {
  return name.ends_with("prec") || name.ends_with("rec") || name.ends_with("f1");
}

void ConfusionMatrix::add(const at::Tensor& output, const at::Tensor& target) {
  QUALIA_SNN_CHECK(output.sizes() == target.sizes(), ShapeError, "the model gives ", output.sizes(),
                   ", the targets are ", target.sizes());
  const auto classes = output.size(1);
  const auto cells = target.argmax(1) * classes + output.detach().argmax(1);
  const auto batch = at::bincount(cells, {}, classes * classes).view({classes, classes});
  counts_ = counts_.defined() ? counts_ + batch : batch;
}

Metrics ConfusionMatrix::compute(const std::vector<std::string>& names, const std::string& prefix) const {
  const auto counts = counts_.to(at::kDouble);
  const auto hits = counts.diagonal();
  const auto truths = counts.sum(1);
  const auto seen = (truths + counts.sum(0)).gt(0);
  Metrics metrics;
  for (const auto& name : names) {
    // Qualia: prec, rec and f1 are micro averages and so equal the accuracy.
    const auto value =
        name == "avgclsacc" ? (hits / truths.clamp_min(1)).masked_select(seen).mean() : hits.sum() / counts.sum();
    metrics.emplace_back(prefix + name, value.item<double>());
  }
  return metrics;
}

}  // namespace qualia_snn::learningframework
