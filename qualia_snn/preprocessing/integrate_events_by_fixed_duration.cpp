#include "qualia_snn/preprocessing/integrate_events_by_fixed_duration.h"

#include "qualia_snn/datamodel/event_frames.h"

namespace qualia_snn::preprocessing {
namespace {

constexpr const char* kKind = "IntegrateEventsByFixedDuration";

}  // namespace

void IntegrateEventsByFixedDuration::apply(datamodel::DataModel& data) const {
  const auto bounds = datamodel::frames_of_duration(duration_);
  data = datamodel::integrate_events(datamodel::event_data(data, kKind), bounds, scratch_, kKind);
}

}  // namespace qualia_snn::preprocessing
