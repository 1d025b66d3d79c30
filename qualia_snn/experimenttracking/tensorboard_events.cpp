#include "qualia_snn/experimenttracking/tensorboard_events.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "qualia_snn/experimenttracking/tensorboard.pb.h"

// This object sees no header of LibTorch, which brings another version of protobuf.
namespace qualia_snn::experimenttracking::tensorboard {
namespace {

using namespace qualia_snn::tensorboard;

/// Readers refuse a file with a text that is no UTF-8: what is none becomes U+FFFD.
std::string readable(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

Event event_at(const Moment& moment) {
  Event event;
  event.set_wall_time(moment.wall_time);
  event.set_step(moment.step);
  return event;
}

/// Returns an event with one value of that tag, and the value, which stays where it is when the event is moved.
std::pair<Event, Summary::Value*> tagged(const Moment& moment, const std::string& tag) {
  auto event = event_at(moment);
  auto* value = event.mutable_summary()->add_value();
  value->set_tag(readable(tag));
  return {std::move(event), value};
}

/// An event of TensorBoard's plugin for hyper-parameters: all it says is in the metadata.
std::string plugin_event(double wall_time, const char* tag, const HParamsPluginData& content) {
  auto [event, value] = tagged({wall_time, 0}, tag);
  auto* data = value->mutable_metadata()->mutable_plugin_data();
  data->set_plugin_name("hparams");
  data->set_content(content.SerializeAsString());
  return event.SerializeAsString();
}

Value to_proto(const HyperParameters::value_type::second_type& value) {
  Value proto;
  if (const auto* truth = std::get_if<bool>(&value)) {
    proto.set_bool_value(*truth);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    proto.set_number_value(static_cast<double>(*integer));
  } else if (const auto* real = std::get_if<double>(&value)) {
    // The tab HPARAMS is JSON, which has no infinity.
    std::isfinite(*real) ? proto.set_number_value(*real) : proto.set_string_value(std::to_string(*real));
  } else {
    proto.set_string_value(readable(std::get<std::string>(value)));
  }
  return proto;
}

}  // namespace

bool is_available() { return true; }

std::string file_version_event(double wall_time) {
  auto event = event_at({wall_time, 0});
  event.set_file_version("brain.Event:2");
  event.mutable_source_metadata()->set_writer(kWriter);
  return event.SerializeAsString();
}

std::string scalar_event(const Moment& moment, const std::string& tag, double figure) {
  auto [event, value] = tagged(moment, tag);
  value->set_simple_value(static_cast<float>(figure));
  return event.SerializeAsString();
}

std::string histogram_event(const Moment& moment, const std::string& tag, const Histogram& histogram) {
  auto [event, value] = tagged(moment, tag);
  auto& proto = *value->mutable_histo();
  proto.set_min(histogram.min);
  proto.set_max(histogram.max);
  proto.set_num(histogram.count);
  proto.set_sum(histogram.sum);
  proto.set_sum_squares(histogram.sum_of_squares);
  for (const auto limit : histogram.bucket_limits) proto.add_bucket_limit(limit);
  for (const auto count : histogram.buckets) proto.add_bucket(count);
  return event.SerializeAsString();
}

std::string image_event(const Moment& moment, const std::string& tag, const Image& image) {
  auto [event, value] = tagged(moment, tag);
  auto& proto = *value->mutable_image();
  proto.set_height(static_cast<std::int32_t>(image.height));
  proto.set_width(static_cast<std::int32_t>(image.width));
  proto.set_colorspace(static_cast<std::int32_t>(image.channels));
  proto.set_encoded_image_string(image.png);
  return event.SerializeAsString();
}

std::string session_start_event(double wall_time, const HyperParameters& hyper_parameters) {
  HParamsPluginData content;
  auto& info = *content.mutable_session_start_info();
  info.set_start_time_secs(wall_time);
  for (const auto& [name, value] : hyper_parameters) {
    auto& entry = *info.add_hparams();
    entry.set_key(readable(name));
    *entry.mutable_value() = to_proto(value);
  }
  return plugin_event(wall_time, "_hparams_/session_start_info", content);
}

std::string session_end_event(double wall_time) {
  HParamsPluginData content;
  auto& info = *content.mutable_session_end_info();
  info.set_status(SessionEndInfo::STATUS_SUCCESS);
  info.set_end_time_secs(wall_time);
  return plugin_event(wall_time, "_hparams_/session_end_info", content);
}

}  // namespace qualia_snn::experimenttracking::tensorboard
