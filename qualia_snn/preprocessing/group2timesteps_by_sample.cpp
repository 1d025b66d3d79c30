#include "qualia_snn/preprocessing/group2timesteps_by_sample.h"

#include "qualia_snn/datamodel/event_frames.h"

namespace qualia_snn::preprocessing {

void Group2TimeStepsBySample::change(datamodel::RawDataModel& data) const {
  datamodel::group_time_steps(data, T_, kind());
}

}  // namespace qualia_snn::preprocessing
