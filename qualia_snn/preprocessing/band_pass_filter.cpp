#include "qualia_snn/preprocessing/band_pass_filter.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::preprocessing {
namespace {

constexpr const char* kKind = "BandPassFilter";

// Qualia: the product of the filter's lengths; below it nothing is filtered.
constexpr std::int64_t kFewestSamples = 9;

/// Returns the column of a dimension of a sensor.
std::int64_t column_of(const datamodel::HARDataModel& model, const std::string& kind, const std::string& dimension) {
  std::int64_t column = 0;
  for (const auto& sensor : model.sensors) {
    for (const auto& name : sensor.dimensions) {
      if (sensor.kind == kind && name == dimension) return column;
      ++column;
    }
  }
  throw DataError(
      concat(kKind, ": the samples of ", model.name, " have no dimension ", dimension, " of a sensor ", kind));
}

}  // namespace

void BandPassFilter::apply(datamodel::DataModel& data) const {
  auto& model = datamodel::har_data(data, kKind);
  const auto column = column_of(model, options_.sensorkind, options_.dimension);
  for (const auto& [name, subjects] : model.sets.named()) {
    if (!*subjects) continue;
    for (auto& subject : **subjects) {
      for (auto& activity : subject.activities) {
        const auto n = activity.samples.size(0);
        if (n < kFewestSamples) {
          log::warning(concat(kKind, ": an activity of ", n, " samples of ", subject.name, " in the ", name,
                              " set is not filtered; expected at least ", kFewestSamples));
          continue;
        }
        activity.samples = activity.samples.to(at::kDouble).clone();
        const auto signal = activity.samples.select(-1, column);
        const auto values = signal.contiguous();
        const auto* const first = values.const_data_ptr<double>();
        signal.copy_(at::tensor(filter_.both_ways({first, first + n}), at::kDouble));
      }
    }
  }
}

}  // namespace qualia_snn::preprocessing
