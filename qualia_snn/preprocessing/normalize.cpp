#include "qualia_snn/preprocessing/normalize.h"

#include <ATen/ATen.h>

#include <set>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::preprocessing {
namespace {

/// x becomes (x - offset) / scale.
struct Statistics {
  at::Tensor offset, scale;
};

Statistics z_score_of_train(const at::Tensor& x, at::IntArrayRef axes) {
  const auto mean = x.mean(axes, /*keepdim=*/true);
  return {mean, (x - mean).square_().mean(axes, true).sqrt_()};
}

// Qualia: other sets get sqrt(E[x^2] - E[x]^2) in float64, which is less exact than the deviation of the training set.
Statistics z_score_of_others(const at::Tensor& x, at::IntArrayRef axes) {
  const auto mean = x.mean(axes, true).to(at::kDouble);
  const auto square_mean = (x * x).mean(axes, true).to(at::kDouble);
  return {mean, (square_mean - mean * mean).sqrt_()};
}

Statistics min_max(const at::Tensor& x, at::IntArrayRef axes) {
  const auto min = x.amin(axes, true);
  return {min, x.amax(axes, true) - min};
}

void log_range(const at::Tensor& x, const char* set, const char* when) {
  log::info(concat("Normalize: ", when, ", ", set, ": min=", x.min().item<double>(), ", max=", x.max().item<double>(),
                   ", mean=", x.mean().item<double>(), ", std=", x.std(/*unbiased=*/false).item<double>()));
}

}  // namespace

std::vector<std::int64_t> Normalize::distinct_axes(std::int64_t dims) const {
  std::set<std::int64_t> axes;
  for (const auto axis : options_.axis.values) {
    QUALIA_SNN_CHECK(axis >= -dims && axis < dims, ConfigError, "Normalize: axis ", axis,
                     " does not exist; the samples have axes 0 to ", dims - 1);
    QUALIA_SNN_CHECK(axes.insert(axis < 0 ? axis + dims : axis).second, ConfigError, "Normalize: axis ", axis,
                     " is named twice");
  }
  QUALIA_SNN_CHECK(!axes.empty(), ConfigError, "Normalize: axis is empty; expected at least one axis");
  return {axes.begin(), axes.end()};
}

void Normalize::apply(datamodel::RawDataModel& data) const {
  QUALIA_SNN_CHECK(data.sets.train && data.sets.train->size() > 0, DataError, "Normalize: there is no training set");
  const auto& train = data.sets.train->x;
  QUALIA_SNN_CHECK(train.is_floating_point(), DataError, "Normalize: the samples are of type ", train.scalar_type(),
                   "; expected float32 (dataset.params.dtype)");
  const auto axes = distinct_axes(train.dim());
  const bool z_score = options_.method == "z-score";
  const auto of_train = z_score ? z_score_of_train(train, axes) : min_max(train, axes);
  const auto of_others = z_score ? z_score_of_others(train, axes) : of_train;

  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    if (options_.debug) log_range(x, name, "before");
    const auto& statistics = set == &data.sets.train ? of_train : of_others;
    x = (x - statistics.offset).to(x.scalar_type()).div_(statistics.scale);
    if (options_.debug) log_range(x, name, "after");
  }
}

}  // namespace qualia_snn::preprocessing
