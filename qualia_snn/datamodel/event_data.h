#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "qualia_snn/core/api.h"

namespace qualia_snn::datamodel {

/// The events of one recording, in the order of their time.
struct Events {
  at::Tensor t;       ///< [E], int64, microseconds
  at::Tensor y;       ///< [E], int16, row; undefined where the sensor is a line
  at::Tensor x;       ///< [E], int16, column
  at::Tensor p;       ///< [E], bool, polarity: brighter
  at::Tensor labels;  ///< [E], integers, class numbers

  std::int64_t size() const { return t.size(0); }
};

/// The recordings of one set. They are read one at a time: all of them together may not fit into memory.
struct EventData {
  std::int64_t recordings = 0;
  std::function<Events(std::int64_t recording)> read;
};

/// The sets of a data set of events; valid is often absent.
struct EventDataSets {
  std::optional<EventData> train, valid, test;

  /// Returns the sets with their names, in Qualia's order.
  std::array<std::pair<const char*, std::optional<EventData>*>, 3> named() {
    return {{{"train", &train}, {"valid", &valid}, {"test", &test}}};
  }
};

/// A data set of events of a sensor of h x w pixels; h = 1: a line, without y.
struct EventDataModel {
  std::string name;
  EventDataSets sets;
  std::int64_t h = 1, w = 1;
};

/// Throws unless all parts of a recording are of one length and the types above, times ascend, and places lie on the
/// sensor.
/// @param where  the recording, for messages
/// @throws DataError  naming the first event that is wrong.
QUALIA_SNN_API void check_events(const Events& events, std::int64_t h, std::int64_t w, const std::string& where);

}  // namespace qualia_snn::datamodel
