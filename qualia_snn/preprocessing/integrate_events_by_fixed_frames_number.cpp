#include "qualia_snn/preprocessing/integrate_events_by_fixed_frames_number.h"

#include "qualia_snn/datamodel/event_frames.h"

namespace qualia_snn::preprocessing {
namespace {

constexpr const char* kKind = "IntegrateEventsByFixedFramesNumber";

}  // namespace

void IntegrateEventsByFixedFramesNumber::apply(datamodel::DataModel& data) const {
  const auto bounds = by_time_ ? datamodel::frames_of_time(frames_num_) : datamodel::frames_of_number(frames_num_);
  data = datamodel::integrate_events(datamodel::event_data(data, kKind), bounds, scratch_, kKind);
}

}  // namespace qualia_snn::preprocessing
