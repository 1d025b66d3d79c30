#include "qualia_snn/datamodel/data_model.h"

#include <string>

#include "qualia_snn/core/error.h"

namespace qualia_snn::datamodel {
namespace {

struct Nature {
  const char* what;
  const char* how_to_go_on;
};
constexpr Nature kNatures[] = {
    {"arrays", ""},
    {"events", "; IntegrateEventsByFixedDuration or IntegrateEventsByFixedFramesNumber makes arrays of them"},
    {"subjects with activities", "; DatamodelConverter makes arrays of them"}};

template <class Model>
Model& get(DataModel& data, std::string_view user) {
  if (auto* model = std::get_if<Model>(&data)) return *model;
  const auto& given = kNatures[data.index()];
  const auto& wanted = kNatures[DataModel(Model()).index()];
  const auto& name = std::visit([](const auto& model) -> const std::string& { return model.name; }, data);
  throw DataError(concat(user, ": expected ", wanted.what, ", but ", name, " consists of ", given.what,
                         std::is_same_v<Model, RawDataModel> ? given.how_to_go_on : ""));
}

}  // namespace

RawDataModel& raw_data(DataModel& data, std::string_view user) { return get<RawDataModel>(data, user); }
EventDataModel& event_data(DataModel& data, std::string_view user) { return get<EventDataModel>(data, user); }
HARDataModel& har_data(DataModel& data, std::string_view user) { return get<HARDataModel>(data, user); }

}  // namespace qualia_snn::datamodel
