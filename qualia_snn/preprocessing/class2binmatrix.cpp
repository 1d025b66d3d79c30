#include "qualia_snn/preprocessing/class2binmatrix.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {
namespace {

constexpr std::int64_t kMostClasses = 1000000;

}  // namespace

void Class2BinMatrix::change(datamodel::RawDataModel& data) const {
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& y = (*set)->y;
    QUALIA_SNN_CHECK(y.dim() == 1 && !y.is_floating_point(), DataError, "Class2BinMatrix: the labels of the ", name,
                     " set are ", y.sizes(), " of type ", y.scalar_type(), "; expected class numbers [N]");
    if (y.size(0) == 0) {
      const auto& train = data.sets.train;
      const bool known = train && train->y.dim() == 2;
      y = at::zeros({0, options_.classes.value_or(known ? train->y.size(1) : 0)});
      continue;
    }
    const auto smallest = y.min().item<std::int64_t>();
    const auto largest = y.max().item<std::int64_t>();
    QUALIA_SNN_CHECK(largest < kMostClasses, DataError, "Class2BinMatrix: the ", name, " set has label ", largest,
                     "; expected less than ", kMostClasses);
    // Qualia: without `classes`, every set counts for itself.
    const auto classes = options_.classes.value_or(largest + 1);
    QUALIA_SNN_CHECK(smallest >= 0 && largest < classes, DataError, "Class2BinMatrix: the ", name, " set has labels ",
                     smallest, " to ", largest, "; expected 0 to ", classes - 1);
    y = at::one_hot(y.to(at::kLong), classes).to(at::kFloat);
  }
}

}  // namespace qualia_snn::preprocessing
