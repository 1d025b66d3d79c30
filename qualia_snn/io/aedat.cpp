#include "qualia_snn/io/aedat.h"

#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace qualia_snn::io {
namespace {

constexpr std::string_view kVersion = "#!AER-DAT3.1\r\n", kEnd = "#!END-HEADER\r\n";
constexpr std::size_t kPacketHeader = 28, kPolarityEvent = 8;  // bytes
constexpr std::uint32_t kPolarity = 1;                         // type of packet

/// Little-endian numbers of a file.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t at(std::size_t offset, int count) const {
    std::uint32_t value = 0;
    for (int i = count; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes_[offset + i]);
    return value;
  }

 private:
  std::string_view bytes_;
};

/// Returns where the packets begin.
std::size_t end_of_header(std::string_view contents, const std::string& path) {
  QUALIA_SNN_CHECK(contents.starts_with(kVersion), DataError, path, ": byte 0: no AEDAT 3.1 file; expected \"",
                   kVersion.substr(0, kVersion.size() - 2), "\"");
  const auto end = contents.find(kEnd);
  QUALIA_SNN_CHECK(end != std::string_view::npos, DataError, path, ": the header has no end; expected the line ",
                   kEnd.substr(0, kEnd.size() - 2));
  return end + kEnd.size();
}

}  // namespace

EventColumns read_aedat(const std::string& path, std::int64_t height, std::int64_t width) {
  const auto contents = read_file(path);
  const Numbers numbers(contents);
  EventCollector events(path, height, width);
  for (auto packet = end_of_header(contents, path); packet < contents.size();) {
    QUALIA_SNN_CHECK(contents.size() - packet >= kPacketHeader, DataError, path, ": byte ", packet,
                     ": the header of a packet is cut");
    const auto type = numbers.at(packet, 2), size = numbers.at(packet + 4, 4);
    const auto overflow = numbers.at(packet + 12, 4), capacity = numbers.at(packet + 16, 4);
    const auto first = packet + kPacketHeader, present = contents.size() - first;
    QUALIA_SNN_CHECK(std::uint64_t{size} * capacity <= present, DataError, path, ": byte ", packet, ": a packet of ",
                     capacity, " events of ", size, " bytes; the file holds ", present, " more");
    packet = first + std::size_t{size} * capacity;
    if (type != kPolarity) continue;
    QUALIA_SNN_CHECK(size >= kPolarityEvent, DataError, path, ": byte ", first - kPacketHeader, ": polarity events of ",
                     size, " bytes; expected ", kPolarityEvent);
    for (auto event = first; event < packet; event += size) {
      const auto data = numbers.at(event, 4);
      const auto t = std::int64_t{overflow} << 31 | numbers.at(event + 4, 4);
      events.add(t, data >> 2 & 0x7fff, data >> 17 & 0x7fff, (data >> 1 & 1) != 0, event);
    }
  }
  return events.finish();
}

}  // namespace qualia_snn::io
