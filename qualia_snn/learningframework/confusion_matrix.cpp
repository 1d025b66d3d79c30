#include "qualia_snn/learningframework/confusion_matrix.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {
namespace {

/// One-hot rows without reading back from the device, which at::one_hot does to check its input.
at::Tensor one_hot_of_largest(const at::Tensor& rows) {
  return at::zeros(rows.sizes(), rows.options().dtype(at::kFloat)).scatter_(1, rows.argmax(1, /*keepdim=*/true), 1);
}

}  // namespace

void ConfusionMatrix::add(const at::Tensor& output, const at::Tensor& target) {
  QUALIA_SNN_CHECK(output.dim() == 2 && output.sizes() == target.sizes(), ShapeError, "the model gives ",
                   output.sizes(), ", the targets are ", target.sizes());
  // Whole numbers up to 2^24 are exact in float32, and a batch is smaller.
  const auto batch = one_hot_of_largest(target).t().matmul(one_hot_of_largest(output.detach())).to(at::kLong);
  counts_ = counts_.defined() ? counts_ + batch : batch;
}

double ConfusionMatrix::accuracy() const {
  const auto counts = counts_.to(at::kDouble);
  return (counts.diagonal().sum() / counts.sum()).item<double>();
}

double ConfusionMatrix::average_class_accuracy() const {
  const auto counts = counts_.to(at::kDouble);
  const auto truths = counts.sum(1);
  const auto seen = (truths + counts.sum(0)).gt(0);
  return (counts.diagonal() / truths.clamp_min(1)).masked_select(seen).mean().item<double>();
}

State ConfusionMatrix::save() const {
  State state;
  if (counts_.defined()) state.set("counts", counts_);
  return state;
}

void ConfusionMatrix::load(const State& state, at::Device device) {
  counts_ = state.has("counts") ? state.tensor("counts").to(device) : at::Tensor();
}

}  // namespace qualia_snn::learningframework
