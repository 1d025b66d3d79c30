#include "qualia_snn/io/event_columns.h"

#include <ATen/ATen.h>

#include <cstring>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

template <class T>
at::Tensor as_tensor(const std::vector<T>& values, at::ScalarType type) {
  const auto tensor = at::empty({static_cast<std::int64_t>(values.size())}, type);
  if (!values.empty()) std::memcpy(tensor.mutable_data_ptr(), values.data(), values.size() * sizeof(T));
  return tensor;
}

}  // namespace

void EventCollector::add(std::int64_t t, std::int64_t y, std::int64_t x, bool p, std::uint64_t offset) {
  QUALIA_SNN_CHECK(0 <= x && x < width_ && 0 <= y && y < height_, DataError, path_, ": byte ", offset, ": event ",
                   t_.size(), " at row ", y, ", column ", x, "; the sensor has ", height_, " rows and ", width_,
                   " columns");
  QUALIA_SNN_CHECK(t_.empty() || t >= t_.back(), DataError, path_, ": byte ", offset, ": event ", t_.size(), " at ", t,
                   " us comes after one at ", t_.empty() ? 0 : t_.back(), " us; expected times that ascend");
  t_.push_back(t);
  y_.push_back(static_cast<std::int16_t>(y));
  x_.push_back(static_cast<std::int16_t>(x));
  p_.push_back(p ? 1 : 0);
}

EventColumns EventCollector::finish() {
  return {as_tensor(t_, at::kLong), as_tensor(y_, at::kShort), as_tensor(x_, at::kShort), as_tensor(p_, at::kBool)};
}

}  // namespace qualia_snn::io
