#include "qualia_snn/datamodel/har_data.h"

#include <algorithm>
#include <iterator>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::datamodel {
namespace {

/// In the order of qualia_core.datamodel.har.Activities, which counts from 1.
constexpr const char* kActivities[] = {"NULL",
                                       "STANDING",
                                       "STAND_TO_SIT",
                                       "SITTING",
                                       "SIT_TO_STAND",
                                       "WALKING",
                                       "STOPPING",
                                       "LYING",
                                       "STAND_TO_LIE",
                                       "LIE_TO_STAND",
                                       "STAND_TO_SQUAT",
                                       "SQUAT_TO_STAND",
                                       "SQUATTING",
                                       "WALKING_DOWNSTAIRS",
                                       "WALKING_UPSTAIRS",
                                       "INACTIVE",
                                       "ACTIVE",
                                       "DRIVING",
                                       "RUNNING",
                                       "DRINKING",
                                       "SIT_TO_LIE",
                                       "LIE_TO_SIT"};

}  // namespace

std::int64_t activity_number(std::string_view name) {
  const auto* found = std::find(std::begin(kActivities), std::end(kActivities), name);
  QUALIA_SNN_CHECK(found != std::end(kActivities), ConfigError, "there is no activity \"", name, "\"; expected one of ",
                   join({std::begin(kActivities), std::end(kActivities)}));
  return found - std::begin(kActivities) + 1;
}

}  // namespace qualia_snn::datamodel
