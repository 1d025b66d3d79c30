#pragma once

#include <string_view>
#include <variant>

#include "qualia_snn/datamodel/event_data.h"
#include "qualia_snn/datamodel/har_data.h"
#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::datamodel {

/// What a data set is read as: arrays, which training needs, or what preprocessings make arrays of.
using DataModel = std::variant<RawDataModel, EventDataModel, HARDataModel>;

/// Returns the arrays of a data set; `user` is the noun of messages.
/// @throws DataError  if it has none yet, with the preprocessings that would make them.
QUALIA_SNN_API RawDataModel& raw_data(DataModel& data, std::string_view user);
/// Returns the events of a data set. @throws DataError  if it has none.
QUALIA_SNN_API EventDataModel& event_data(DataModel& data, std::string_view user);
/// Returns the subjects of a data set. @throws DataError  if it has none.
QUALIA_SNN_API HARDataModel& har_data(DataModel& data, std::string_view user);

}  // namespace qualia_snn::datamodel
