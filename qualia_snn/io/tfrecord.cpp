#include "qualia_snn/io/tfrecord.h"

#include <array>

namespace qualia_snn::io {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;  // Castagnoli's, bits reversed
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    auto remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1) ? kPolynomial : 0);
    table[byte] = remainder;
  }
  return table;
}

constexpr auto kTable = make_table();

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xFF);
  return text;
}

/// A CRC of bytes that hold CRCs says little: it is turned and shifted.
std::string masked_crc(std::string_view bytes) {
  const auto crc = crc32c(bytes);
  return little_endian(((crc >> 15) | (crc << 17)) + std::uint32_t{0xA282EAD8}, 4);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
  return crc ^ 0xFFFFFFFF;
}

std::string tfrecord(std::string_view data) {
  auto record = little_endian(data.size(), 8);
  record += masked_crc(record);
  record += data;
  return record + masked_crc(data);
}

}  // namespace qualia_snn::io
