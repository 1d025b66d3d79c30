#include "qualia_snn/preprocessing/remove_sensor.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {

void RemoveSensor::apply(datamodel::DataModel& data) const {
  auto& model = datamodel::har_data(data, "RemoveSensor");
  QUALIA_SNN_CHECK(!model.sensors.empty(), DataError, "RemoveSensor: the samples of ", model.name,
                   " do not say which sensors they come from");
  std::vector<std::int64_t> kept;
  std::int64_t column = 0;
  std::vector<datamodel::Sensor> sensors;
  for (const auto& sensor : model.sensors) {
    const bool goes = std::find(kinds_.begin(), kinds_.end(), sensor.kind) != kinds_.end();
    if (!goes) sensors.push_back(sensor);
    for (std::size_t i = 0; i < sensor.dimensions.size(); ++i, ++column) {
      if (!goes) kept.push_back(column);
    }
  }
  model.sensors = std::move(sensors);
  const auto columns = at::tensor(kept, at::kLong);
  for (const auto& [name, subjects] : model.sets.named()) {
    if (!*subjects) continue;
    for (auto& subject : **subjects) {
      for (auto& activity : subject.activities) {
        activity.samples = activity.samples.index_select(-1, columns);
        if (kept.empty()) activity.samples = activity.samples.narrow(0, 0, 0);
      }
    }
  }
}

}  // namespace qualia_snn::preprocessing
