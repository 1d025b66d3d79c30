#include "qualia_snn/io/atis.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace qualia_snn::io {
namespace {

constexpr std::size_t kEventSize = 5;  // bytes

}  // namespace

EventColumns read_atis(const std::string& path, std::int64_t height, std::int64_t width) {
  const auto contents = read_file(path);
  QUALIA_SNN_CHECK(!contents.empty(), DataError, path, ": holds no events");
  QUALIA_SNN_CHECK(contents.size() % kEventSize == 0, DataError, path, ": holds ", contents.size(), " bytes; expected ",
                   "a multiple of ", kEventSize, ": the last event, at byte ",
                   contents.size() / kEventSize * kEventSize, ", is cut");
  EventCollector events(path, height, width);
  for (std::size_t at = 0; at < contents.size(); at += kEventSize) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(contents[at + i]); };
    const auto t = (byte(2) & 0x7f) << 16 | byte(3) << 8 | byte(4);
    events.add(t, byte(1), byte(0), (byte(2) & 0x80) != 0, at);
  }
  return events.finish();
}

}  // namespace qualia_snn::io
