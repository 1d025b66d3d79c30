#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// The events of a file, in the order of their time: all [E].
struct EventColumns {
  at::Tensor t;  ///< int64, microseconds
  at::Tensor y;  ///< int16, row
  at::Tensor x;  ///< int16, column
  at::Tensor p;  ///< bool, polarity: brighter
};

/// Brings the events of a file together, and refuses those that are out of order or outside the sensor.
class EventCollector {
 public:
  /// @param path  of the file, for messages
  EventCollector(std::string path, std::int64_t height, std::int64_t width)
      : path_(std::move(path)), height_(height), width_(width) {}

  /// @param offset  where the event lies in the file, bytes
  /// @throws DataError  naming file, offset and what is wrong.
  void add(std::int64_t t, std::int64_t y, std::int64_t x, bool p, std::uint64_t offset);
  EventColumns finish();

 private:
  std::string path_;
  std::int64_t height_, width_;
  std::vector<std::int64_t> t_;
  std::vector<std::int16_t> y_, x_;
  std::vector<char> p_;
};

}  // namespace qualia_snn::io
