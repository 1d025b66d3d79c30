#include "qualia_snn/preprocessing/dataset_splitter_by_subjects.h"

#include <algorithm>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::preprocessing {
namespace {

using Subjects = std::vector<datamodel::Subject>;

constexpr const char* kKind = "DatasetSplitterBySubjects";

/// Names may be written as numbers.
std::string name_of(const config::Value& value) {
  const auto* text = value.get_if<std::string>();
  return text ? *text : value.str();
}

Subjects chosen(const Subjects& subjects, const std::vector<config::Value>& names, const char* option) {
  for (const auto& value : names) {
    const auto is_named = [&](const datamodel::Subject& subject) { return subject.name == name_of(value); };
    if (std::any_of(subjects.begin(), subjects.end(), is_named)) continue;
    std::vector<std::string> present;
    for (const auto& subject : subjects) present.push_back(subject.name);
    throw DataError(
        concat(kKind, ": ", option, ": there is no subject ", name_of(value), "; the set has ", join(present)));
  }
  Subjects kept;
  for (const auto& subject : subjects) {
    const auto names_it = [&](const config::Value& value) { return subject.name == name_of(value); };
    if (std::any_of(names.begin(), names.end(), names_it)) kept.push_back(subject);
  }
  return kept;
}

}  // namespace

void DatasetSplitterBySubjects::apply(datamodel::DataModel& data) const {
  auto& model = datamodel::har_data(data, kKind);
  const auto set = [&](const std::string& wanted) -> std::optional<Subjects>& {
    for (const auto& [name, subjects] : model.sets.named()) {
      if (wanted == name) return *subjects;
    }
    throw DataError(concat(kKind, ": there is no ", wanted, " set"));
  };
  auto& source = set(options_.source);
  QUALIA_SNN_CHECK(source, DataError, kKind, ": source = \"", options_.source, "\": ", model.name, " has no such set");
  auto& dest = set(options_.dest);
  // Qualia: a set that exists is replaced, not added to.
  if (dest) {
    log::warning(concat(kKind, ": the ", dest->size(), " subjects that the ", options_.dest, " set of ", model.name,
                        " had are dropped; subjects of the ", options_.source, " set replace them"));
  }
  dest = chosen(*source, options_.dest_subjects, "dest_subjects");
  source = chosen(*source, options_.source_subjects, "source_subjects");
}

}  // namespace qualia_snn::preprocessing
