#include "qualia_snn/preprocessing/window.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::preprocessing {
namespace {

/// Returns the windows [M, size, ...] of values [N, ...]: a view.
at::Tensor windows(const at::Tensor& values, std::int64_t size, std::int64_t stride) {
  return values.unfold(0, size, stride).movedim(-1, 1);
}

/// Returns the most frequent label of each window, the smallest of several, [M].
at::Tensor most_frequent_of_each(const at::Tensor& labels) {
  // As many columns as classes: windows are many, classes few.
  const auto smallest = labels.min(), classes = labels.max() - smallest + 1;
  auto counts = at::zeros({labels.size(0), classes.item<std::int64_t>()}, at::kLong);
  counts.scatter_add_(1, labels - smallest, at::ones_like(labels));
  return counts.argmax(1) + smallest;
}

void log_balance(const at::Tensor& labels, const char* name) {
  const auto counts = at::bincount(labels);
  std::vector<std::int64_t> per_class(counts.const_data_ptr<std::int64_t>(),
                                      counts.const_data_ptr<std::int64_t>() + counts.numel());
  log::info(concat("Window: ", labels.size(0), " windows in the ", name, " set; per class ", per_class));
  std::vector<double> weights;
  for (const auto count : per_class) {
    weights.push_back(counts.max().item<double>() / static_cast<double>(count));
  }
  log::info(concat("Window: balancing weights ", weights));
}

}  // namespace

void Window::change(datamodel::RawDataModel& data) const {
  const auto size = options_.size, stride = options_.stride;
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set || (*set)->size() == 0) continue;
    auto& [x, y, info, chunks] = **set;
    QUALIA_SNN_CHECK(y.dim() == 1 && !y.is_floating_point(), DataError, kind(), ": the labels of the ", name,
                     " set are ", y.sizes(), " of type ", y.scalar_type(),
                     "; expected class numbers, before Class2BinMatrix");
    QUALIA_SNN_CHECK(info.defined() && info.dim() > 0 && info.size(0) == x.size(0), DataError, kind(), ": the ", name,
                     " set has no info of its samples; expected DatamodelConverter before it");
    QUALIA_SNN_CHECK(x.size(0) >= size, DataError, kind(), ": the ", name, " set has ", x.size(0),
                     " samples; expected at least size = ", size);
    auto labels = windows(y.to(at::kLong), size, stride);
    auto kept = at::arange(labels.size(0), at::kLong);
    if (options_.no_overlapping_labels) {
      kept = labels.eq(labels.narrow(1, 0, 1)).all(1).nonzero().flatten();
      labels = labels.index_select(0, kept);
    }
    QUALIA_SNN_CHECK(kept.size(0) > 0, DataError, kind(), ": no window of the ", name, " set has one label; expected ",
                     "a smaller size than ", size, ", or no_overlapping_labels = false");
    x = windows(x, size, stride).index_select(0, kept);
    info = windows(info, size, stride).index_select(0, kept);
    y = labels.contiguous();
    chunks.clear();
    if (options_.unique_label_per_window) {
      y = most_frequent_of_each(y);
      log_balance(y, name);
    }
  }
}

}  // namespace qualia_snn::preprocessing
