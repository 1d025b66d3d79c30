#include "qualia_snn/preprocessing/remove_activity.h"

#include <algorithm>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {

std::string RemoveActivity::Options::validate() const {
  for (const auto& activity : activities) {
    const bool is_number = activity.get_if<std::int64_t>() != nullptr;
    const bool is_name = activity.get_if<std::string>() != nullptr && !noconvert;
    if (!is_number && !is_name) {
      return concat("activities: ", activity.str(), noconvert ? " is no number" : " is neither a name nor a number");
    }
  }
  return "";
}

RemoveActivity::RemoveActivity(const Options& options, const config::BuildContext&) {
  for (const auto& activity : options.activities) {
    const auto* number = activity.get_if<std::int64_t>();
    kinds_.push_back(number ? *number : datamodel::activity_number(*activity.get_if<std::string>()));
  }
}

void RemoveActivity::apply(datamodel::DataModel& data) const {
  for (const auto& [name, subjects] : datamodel::har_data(data, "RemoveActivity").sets.named()) {
    if (!*subjects) continue;
    for (auto& subject : **subjects) {
      std::erase_if(subject.activities, [&](const datamodel::Activity& activity) {
        return std::find(kinds_.begin(), kinds_.end(), activity.kind) != kinds_.end();
      });
    }
  }
}

}  // namespace qualia_snn::preprocessing
