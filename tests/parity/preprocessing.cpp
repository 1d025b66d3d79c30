#include <ATen/ATen.h>

#include <algorithm>
#include <memory>

#include "qualia_snn/config/options.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "tests/parity/case.h"
#include "tests/support/files.h"

namespace qualia_snn::parity {
namespace {

using Strings = std::vector<std::string>;
using Group = std::map<std::string, at::Tensor>;

Strings strings(const config::Value& list) {
  Strings found;
  for (const auto& item : *list.get_if<config::Value::List>()) found.push_back(*item.get_if<std::string>());
  return found;
}

at::ScalarType type_named(const std::string& name) {
  if (name == "uint8") return at::kByte;
  if (name == "int8") return at::kChar;
  return name == "int32" ? at::kInt : at::kLong;
}

std::vector<std::int64_t> chunk_sizes(const Case& c, const char* set) {
  std::vector<std::int64_t> sizes;
  const auto* chunks = c.golden().find("chunks");
  const auto* list = chunks ? chunks->find(set) : nullptr;
  if (list == nullptr) return sizes;
  for (const auto& size : *list->get_if<config::Value::List>()) sizes.push_back(*size.get_if<std::int64_t>());
  return sizes;
}

datamodel::DataModel raw_input(const Case& c) {
  datamodel::RawDataModel data{"golden", {}};
  for (const auto& [name, set] : data.sets.named()) {
    const auto in = c.group("in." + std::string(name) + ".");
    if (!in.contains("x")) continue;
    *set = datamodel::RawData{in.at("x").clone(), in.at("y").clone(), {}, chunk_sizes(c, name)};
    if (in.contains("info")) (*set)->info = in.at("info").clone();
  }
  return data;
}

datamodel::EventData events_of(const Group& in, at::ScalarType label_type) {
  return {in.at("begin").size(0), [in, label_type](std::int64_t i) {
            const auto begin = in.at("begin")[i].item<std::int64_t>(), end = in.at("end")[i].item<std::int64_t>();
            const auto part = [&](const char* name, at::ScalarType type) {
              return in.at(name).narrow(0, begin, end - begin).to(type);
            };
            return datamodel::Events{part("t", at::kLong), in.contains("y") ? part("y", at::kShort) : at::Tensor(),
                                     part("x", at::kShort), part("p", at::kBool), part("label", label_type)};
          }};
}

datamodel::DataModel event_input(const Case& c) {
  const auto size = [&](const char* name) { return *c.golden().find(name)->get_if<std::int64_t>(); };
  datamodel::EventDataModel data{"golden", {}, size("h"), size("w")};
  const auto label_type = type_named(*c.golden().find("label_dtype")->get_if<std::string>());
  for (const auto& [name, set] : data.sets.named()) {
    const auto in = c.group("in." + std::string(name) + ".");
    if (in.contains("t")) *set = events_of(in, label_type);
  }
  return data;
}

datamodel::DataModel har_input(const Case& c) {
  datamodel::HARDataModel data{"golden", {}, {}};
  for (const auto& kind : strings(*c.golden().find("sensors"))) data.sensors.push_back({kind, {"x", "y", "z"}});
  for (const auto& [name, set] : data.sets.named()) {
    const auto* subjects = c.golden().find("subjects")->find(name);
    if (subjects == nullptr) continue;
    const auto samples = c.tensors.at(concat("in.", name, ".samples"));
    std::int64_t first = 0;
    set->emplace();
    for (const auto& subject : *subjects->get_if<config::Value::List>()) {
      datamodel::Subject person{*subject.find("name")->get_if<std::string>(), {}};
      for (const auto& activity : *subject.find("activities")->get_if<config::Value::List>()) {
        const auto count = *activity.find("samples")->get_if<std::int64_t>();
        person.activities.push_back({*activity.find("value")->get_if<std::int64_t>(), samples.narrow(0, first, count)});
        first += count;
      }
      (*set)->push_back(std::move(person));
    }
  }
  return data;
}

/// Compares the columns of info with what Qualia's structured array holds; names are ranks in a list of the case.
void compare_har_info(const Case& c, const datamodel::RawDataModel& data, const at::Tensor& info, const Group& out,
                      const std::string& prefix, Report& report) {
  const auto ranks = [](const Strings& list, const at::Tensor& numbers, const auto& name_of) {
    auto found = numbers.clone().contiguous();
    auto* const values = found.template mutable_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < found.numel(); ++i) {
      values[i] = std::find(list.begin(), list.end(), name_of(values[i])) - list.begin();
    }
    return found;
  };
  const auto subject = [&](std::int64_t number) { return data.subjects.at(static_cast<std::size_t>(number)); };
  report.equal(prefix + "info.subject", ranks(strings(*c.golden().find("info_subject")), info.select(-1, 0), subject),
               out.at("info.subject"));
  const auto activity = [](std::int64_t number) { return std::to_string(number); };
  report.equal(prefix + "info.activity",
               ranks(strings(*c.golden().find("info_activity")), info.select(-1, 1), activity),
               out.at("info.activity"));
  report.equal(prefix + "info.activity_i", info.select(-1, 2), out.at("info.activity_i"));
}

void compare(const Case& c, datamodel::RawDataModel& data, Report& report) {
  for (const auto& [name, set] : data.sets.named()) {
    const auto prefix = "out." + std::string(name) + ".";
    const auto out = c.group(prefix);
    if (!out.contains("x")) continue;
    report.compare(prefix + "x", (*set)->x, out.at("x"), 1e-5);
    report.equal(prefix + "y", (*set)->y, out.at("y"));
    const auto& info = (*set)->info;
    if (out.contains("begin")) {
      report.equal(prefix + "begin", info.select(1, 0), out.at("begin"));
      report.equal(prefix + "end", info.select(1, 1), out.at("end"));
    } else if (out.contains("info.activity_i") && !data.subjects.empty()) {
      compare_har_info(c, data, info, out, prefix, report);
    } else if (out.contains("info.activity_i")) {
      report.equal(prefix + "info", info, out.at("info.activity_i"));
    }
  }
}

}  // namespace

void check_preprocessing(const Case& c, const config::Registries& registries, Report& report) {
  const auto data_kind = *c.golden().find("data")->get_if<std::string>();
  const auto random = std::make_shared<NumpyRandom>(0);  // no case of this family draws
  const testing::TemporaryFolder scratch;
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}, random, scratch.path()};
  std::vector<std::shared_ptr<preprocessing::Preprocessing>> steps;
  for (const auto& table : *c.config.find("preprocessing")->get_if<config::Value::List>()) {
    const auto kind = config::parse_value<config::Kind>(table, "preprocessing", {});
    skip_if_missing(registries.preprocessings, kind.kind);
    steps.push_back(registries.preprocessings.make(kind, context));
  }
  auto data = data_kind == "raw" ? raw_input(c) : data_kind == "events" ? event_input(c) : har_input(c);
  std::string failure;
  try {
    for (const auto& step : steps) step->apply(data);
  } catch (const Error& error) {
    failure = error.what();
  }
  // Qualia raises an exception where an interval has no event; here the frame is empty.
  const bool raises = c.golden().find("raises") != nullptr, is_defect = raises && data_kind == "events";
  if (is_defect || !raises) report.equal("failure", {failure}, {""});
  if (raises && !is_defect) report.equal("raises", {failure.empty() ? "no" : "yes"}, {"yes"});
  if (failure.empty()) compare(c, datamodel::raw_data(data, "parity"), report);
}

}  // namespace qualia_snn::parity
