#include "qualia_snn/preprocessing/datamodel_converter.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {
namespace {

/// Returns the kinds that occur, in order: the classes.
std::vector<std::int64_t> kinds_of(datamodel::HARDataModel& model) {
  std::set<std::int64_t> kinds;
  for (const auto& [name, subjects] : model.sets.named()) {
    if (!*subjects) continue;
    for (const auto& subject : **subjects) {
      for (const auto& activity : subject.activities) kinds.insert(activity.kind);
    }
  }
  return {kinds.begin(), kinds.end()};
}

std::int64_t subject_number(std::vector<std::string>& subjects, const std::string& name) {
  const auto found = std::find(subjects.begin(), subjects.end(), name);
  if (found != subjects.end()) return found - subjects.begin();
  subjects.push_back(name);
  return static_cast<std::int64_t>(subjects.size()) - 1;
}

}  // namespace

void DatamodelConverter::apply(datamodel::DataModel& data) const {
  auto& model = datamodel::har_data(data, "DatamodelConverter");
  const auto kinds = kinds_of(model);
  datamodel::RawDataModel arrays{model.name, {}};
  for (const auto& [name, subjects] : model.sets.named()) {
    if (!*subjects) continue;
    std::vector<at::Tensor> samples, classes, infos;
    for (const auto& subject : **subjects) {
      const auto number = subject_number(arrays.subjects, subject.name);
      for (std::size_t i = 0; i < subject.activities.size(); ++i) {
        const auto& activity = subject.activities[i];
        const auto n = activity.samples.size(0);
        const auto label = std::lower_bound(kinds.begin(), kinds.end(), activity.kind) - kinds.begin();
        samples.push_back(activity.samples.to(at::kFloat));
        QUALIA_SNN_CHECK(samples.back().sizes().slice(1) == samples.front().sizes().slice(1), DataError,
                         "DatamodelConverter: samples of ", subject.name, " in the ", name, " set are ",
                         samples.back().sizes(), ", others ", samples.front().sizes(), "; expected the same sizes");
        classes.push_back(at::full({n}, label, at::kLong));
        const auto info = at::tensor({number, activity.kind, static_cast<std::int64_t>(i)}, at::kLong);
        infos.push_back(info.expand({n, 3}));
      }
    }
    QUALIA_SNN_CHECK(!samples.empty(), DataError, "DatamodelConverter: the ", name, " set of ", model.name,
                     " has no activities");
    arrays.sets.at(name) = datamodel::RawData{at::cat(samples), at::cat(classes), at::cat(infos)};
  }
  data = std::move(arrays);
}

}  // namespace qualia_snn::preprocessing
