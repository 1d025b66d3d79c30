#include "qualia_snn/dataaugmentation/normalize.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {
namespace {

/// Returns values that broadcast over x [N, C, ...].
at::Tensor per_channel(const config::RealOrList& values, const at::Tensor& x) {
  const auto count = static_cast<std::int64_t>(values.values.size());
  QUALIA_SNN_CHECK(x.dim() >= 2 && (count == 1 || count == x.size(1)), ShapeError, "Normalize: the batch has shape ",
                   x.sizes(), "; expected [N, C, ...] with C = ", count, " channels");
  std::vector<std::int64_t> shape(x.dim(), 1);
  shape[1] = count;
  return at::tensor(values.values, at::kDouble).to(x.options()).view(shape);
}

}  // namespace

std::string Normalize::Options::validate() const {
  const auto means = mean.values.size(), stds = std.values.size();
  if (means == 0 || stds == 0) return "mean, std: expected at least one number each";
  return means == stds || means == 1 || stds == 1 ? "" : "mean, std: expected as many of the one as of the other";
}

Batch Normalize::apply(const Batch& batch, const RandomSource&) const {
  const auto& x = batch.x;
  QUALIA_SNN_CHECK(x.is_floating_point(), DataError, "Normalize: the samples are of type ", x.scalar_type(),
                   "; expected float32 (IntToFloat32 before it)");
  auto normalized = batch;
  normalized.x = (x - per_channel(options_.mean, x)).div_(per_channel(options_.std, x));
  return normalized;
}

}  // namespace qualia_snn::dataaugmentation
