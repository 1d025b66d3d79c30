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
    if (number) {
      kinds_.push_back(*number);
    } else {
      names_.push_back(*activity.get_if<std::string>());
      datamodel::activity_number(names_.back());  // throws for a name that nothing has
    }
  }
}

/// A name means the activity of that name, whichever numbers a data set gives: raw windows of UCI_HAR have its own.
bool RemoveActivity::is_removed(const datamodel::Activity& activity) const {
  const auto contains = [](const auto& list, const auto& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  if (contains(kinds_, activity.kind)) return true;
  if (!activity.name.empty()) return contains(names_, activity.name);
  return std::any_of(names_.begin(), names_.end(),
                     [&](const std::string& name) { return datamodel::activity_number(name) == activity.kind; });
}

void RemoveActivity::apply(datamodel::DataModel& data) const {
  for (const auto& [name, subjects] : datamodel::har_data(data, "RemoveActivity").sets.named()) {
    if (!*subjects) continue;
    for (auto& subject : **subjects) {
      std::erase_if(subject.activities, [&](const datamodel::Activity& activity) { return is_removed(activity); });
    }
  }
}

}  // namespace qualia_snn::preprocessing
