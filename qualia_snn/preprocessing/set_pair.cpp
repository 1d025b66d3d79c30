#include "qualia_snn/preprocessing/set_pair.h"

#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::preprocessing {

datamodel::RawData& SetPair::source_in(datamodel::RawDataModel& data, const char* step) const {
  std::vector<std::string> present;
  for (const auto& [name, set] : data.sets.named()) {
    if (*set) present.push_back(name);
  }
  auto& set = data.sets.at(source);
  QUALIA_SNN_CHECK(set, DataError, step, ": source = \"", source, "\": ", data.name, " has no such set; it has ",
                   present.empty() ? "none" : join(present));
  return *set;
}

void SetPair::store(datamodel::RawDataModel& data, datamodel::RawData samples, const char* step) const {
  auto& set = data.sets.at(dest);
  // Qualia: a set that exists is replaced, not added to.
  if (set && set->size() > 0) {
    log::warning(concat(step, ": the ", set->size(), " samples that the ", dest, " set of ", data.name,
                        " had are dropped; samples of the ", source, " set replace them"));
  }
  set = std::move(samples);
}

}  // namespace qualia_snn::preprocessing
