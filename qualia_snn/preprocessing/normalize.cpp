#include "qualia_snn/preprocessing/normalize.h"

#include <ATen/ATen.h>

#include <set>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::preprocessing {
namespace {

/// x becomes (x - offset) / scale.
struct Statistics {
  at::Tensor offset, scale;
};

// Qualia: a chunk of the training set is scaled by its own statistics, the other sets by those of all chunks together.
class Accumulator {
 public:
  Accumulator(bool z_score, std::vector<std::int64_t> axes) : z_score_(z_score), axes_(std::move(axes)) {}

  /// Takes a chunk of the training set into account; returns its own statistics.
  Statistics add(const at::Tensor& chunk) { return z_score_ ? add_z_score(chunk) : add_min_max(chunk); }

  // Qualia: the deviation of the others is sqrt(E[x^2] - E[x]^2) in float64, which is less exact.
  Statistics of_all() const {
    if (!z_score_) return {min_, max_ - min_};
    return {mean_, (square_mean_ - mean_ * mean_).sqrt_()};
  }

 private:
  Statistics add_z_score(const at::Tensor& chunk) {
    const auto mean = chunk.mean(axes_, /*keepdim=*/true);
    const auto square_mean = (chunk * chunk).mean(axes_, true);
    const auto count = chunk.size(0);
    // The products with `count` round in the type of the samples, the sums in float64.
    const auto join = [&](at::Tensor& all, const at::Tensor& one) {
      const auto weighted = (one * count).to(at::kDouble);
      all = (all.defined() ? all * count_ + weighted : weighted) / (count_ + count);
    };
    join(mean_, mean);
    join(square_mean_, square_mean);
    count_ += count;
    return {mean, (chunk - mean).square_().mean(axes_, true).sqrt_()};
  }
  Statistics add_min_max(const at::Tensor& chunk) {
    const auto min = chunk.amin(axes_, true), max = chunk.amax(axes_, true);
    min_ = min_.defined() ? at::minimum(min_, min) : min;
    max_ = max_.defined() ? at::maximum(max_, max) : max;
    return {min, max - min};
  }

  bool z_score_;
  std::vector<std::int64_t> axes_;
  std::int64_t count_ = 0;
  at::Tensor mean_, square_mean_;  // float64
  at::Tensor min_, max_;
};

at::Tensor scale(const at::Tensor& x, const Statistics& statistics) {
  return (x - statistics.offset).to(x.scalar_type()).div_(statistics.scale);
}

std::vector<at::Tensor> chunks_of(const datamodel::RawData& set) {
  if (set.chunks.empty()) return {set.x};
  std::int64_t sum = 0;
  for (const auto size : set.chunks) {
    QUALIA_SNN_CHECK(size > 0, DataError, "Normalize: a chunk of ", size, " samples; expected at least 1");
    sum += size;
  }
  QUALIA_SNN_CHECK(sum == set.size(), DataError, "Normalize: chunks of ", sum, " samples in all, but ", set.size(),
                   " samples");
  return set.x.split_with_sizes(set.chunks);
}

/// Statistics of every sample for itself, without axis 0, fit only pieces of as many samples.
void check_sample_axis(datamodel::RawDataModel& data, const std::vector<std::int64_t>& axes,
                       const std::vector<at::Tensor>& chunks) {
  if (axes.front() == 0) return;
  const auto samples = chunks.front().size(0);
  bool same = true;
  for (const auto& chunk : chunks) same = same && chunk.size(0) == samples;
  for (const auto& [name, set] : data.sets.named()) {
    same = same && (!*set || set == &data.sets.train || (*set)->size() == samples);
  }
  QUALIA_SNN_CHECK(same, ConfigError, "Normalize: axis leaves out axis 0, the samples, and the sets have different ",
                   "numbers of samples; expected 0 among the axes");
}

void log_range(const at::Tensor& x, const char* set, const char* when) {
  if (x.numel() == 0) return;
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

void Normalize::change(datamodel::RawDataModel& data) const {
  QUALIA_SNN_CHECK(data.sets.train && data.sets.train->size() > 0, DataError, "Normalize: there is no training set");
  const auto train = data.sets.train->x;
  QUALIA_SNN_CHECK(train.is_floating_point(), DataError, "Normalize: the samples are of type ", train.scalar_type(),
                   "; expected float32 (dataset.params.dtype)");
  const auto axes = distinct_axes(train.dim());
  const auto chunks = chunks_of(*data.sets.train);
  check_sample_axis(data, axes, chunks);
  Accumulator statistics(options_.method == "z-score", axes);

  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    if (options_.debug) log_range(x, name, "before");
    if (set == &data.sets.train) {
      std::vector<at::Tensor> scaled;
      for (const auto& chunk : chunks) scaled.push_back(scale(chunk, statistics.add(chunk)));
      x = scaled.size() == 1 ? scaled[0] : at::cat(scaled);
    } else {
      x = scale(x, statistics.of_all());
    }
    if (options_.debug) log_range(x, name, "after");
  }
}

}  // namespace qualia_snn::preprocessing
