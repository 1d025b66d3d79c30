#include "qualia_snn/datamodel/event_data.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::datamodel {
namespace {

void check_part(const at::Tensor& part, const char* name, at::ScalarType type, const Events& events,
                const std::string& where) {
  QUALIA_SNN_CHECK(part.defined() && part.dim() == 1 && part.size(0) == events.size() && part.scalar_type() == type,
                   DataError, where, ": ", name, " of the events is ",
                   part.defined() ? concat(part.sizes(), " of type ", part.scalar_type()) : "missing", "; expected [",
                   events.size(), "] of type ", type);
}

void check_places(const at::Tensor& places, const char* name, std::int64_t size, const std::string& where) {
  const auto outside = places.lt(0).logical_or(places.ge(size));
  if (!outside.any().item<bool>()) return;
  const auto event = outside.to(at::kByte).argmax().item<std::int64_t>();
  throw DataError(concat(where, ": event ", event, " has ", name, " = ", places[event].item<std::int64_t>(),
                         "; expected 0 to ", size - 1));
}

}  // namespace

void check_events(const Events& events, std::int64_t h, std::int64_t w, const std::string& where) {
  QUALIA_SNN_CHECK(events.t.defined() && events.t.dim() == 1 && events.t.scalar_type() == at::kLong, DataError, where,
                   ": the events have no times; expected [E], int64");
  check_part(events.x, "x", at::kShort, events, where);
  check_part(events.p, "p", at::kBool, events, where);
  QUALIA_SNN_CHECK(events.labels.defined() && events.labels.dim() == 1 && events.labels.size(0) == events.size() &&
                       !events.labels.is_floating_point(),
                   DataError, where, ": expected one label per event, integers");
  const auto E = events.size();
  if (E == 0) return;
  check_places(events.x, "x", w, where);
  if (h > 1) {
    check_part(events.y, "y", at::kShort, events, where);
    check_places(events.y, "y", h, where);
  }
  const auto back = events.t.narrow(0, 1, E - 1).lt(events.t.narrow(0, 0, E - 1));
  if (!back.any().item<bool>()) return;
  const auto event = back.to(at::kByte).argmax().item<std::int64_t>() + 1;
  throw DataError(concat(where, ": event ", event, " at ", events.t[event].item<std::int64_t>(),
                         " us comes after one at ", events.t[event - 1].item<std::int64_t>(),
                         " us; expected times that ascend"));
}

}  // namespace qualia_snn::datamodel
