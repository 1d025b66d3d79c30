#include "qualia_snn/io/npy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

struct TypeName {
  const char* descr;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {{"|b1", at::kBool},  {"|u1", at::kByte},  {"|i1", at::kChar},
                               {"<i2", at::kShort}, {"<i4", at::kInt},   {"<i8", at::kLong},
                               {"<f2", at::kHalf},  {"<f4", at::kFloat}, {"<f8", at::kDouble}};
constexpr std::size_t kHeaderSize = 128;  // Qualia writes headers of exactly this size
constexpr std::string_view kMagic = "\x93NUMPY";

struct Header {
  at::ScalarType type;
  std::vector<std::int64_t> sizes;
};

/// Returns what follows `'key':` in the header's Python dictionary.
std::string_view member(std::string_view text, std::string_view key, const std::string& path) {
  const auto at = text.find("'" + std::string(key) + "'");
  QUALIA_SNN_CHECK(at != std::string_view::npos, DataError, path, ": damaged .npy header: no '", key, "'");
  const auto value = text.find_first_not_of(": ", at + key.size() + 2);
  QUALIA_SNN_CHECK(value != std::string_view::npos, DataError, path, ": damaged .npy header: no value of '", key, "'");
  return text.substr(value);
}

Header parse_header(std::string_view text, const std::string& path) {
  const auto descr = member(text, "descr", path);
  const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& type) {
    return descr.starts_with("'" + std::string(type.descr) + "'");
  });
  QUALIA_SNN_CHECK(known != std::end(kTypes), DataError, path, ": array type ", descr.substr(0, descr.find(',')),
                   " is not accepted; expected a little-endian bool, integer or float");
  QUALIA_SNN_CHECK(member(text, "fortran_order", path).starts_with("False"), DataError, path,
                   ": Fortran order is not accepted; expected C order");
  auto shape = member(text, "shape", path);
  const auto end = shape.find(')');
  QUALIA_SNN_CHECK(shape.starts_with('(') && end != std::string_view::npos, DataError, path, ": damaged .npy shape");
  shape = shape.substr(1, end - 1);
  Header header{known->type, {}};
  while (true) {
    shape.remove_prefix(std::min(shape.find_first_not_of(", "), shape.size()));
    if (shape.empty()) return header;
    std::int64_t size = -1;
    const auto [rest, error] = std::from_chars(shape.data(), shape.data() + shape.size(), size);
    QUALIA_SNN_CHECK(error == std::errc{} && size >= 0, DataError, path, ": damaged .npy shape");
    header.sizes.push_back(size);
    shape.remove_prefix(static_cast<std::size_t>(rest - shape.data()));
  }
}

std::string make_header(const at::Tensor& tensor) {
  const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const TypeName& type) { return type.type == tensor.scalar_type(); });
  QUALIA_SNN_CHECK(known != std::end(kTypes), DataError, "cannot write ", tensor.scalar_type(), " as .npy");
  std::string shape;
  for (const auto size : tensor.sizes()) shape += std::to_string(size) + (tensor.dim() == 1 ? "," : ", ");
  if (tensor.dim() > 1) shape.resize(shape.size() - 2);
  std::string text = concat("{'descr': '", known->descr, "', 'fortran_order': False, 'shape': (", shape, "), }");
  text.resize(kHeaderSize - 11, ' ');
  text += '\n';
  std::string header = std::string(kMagic) + '\x01' + '\x00';
  const auto size = static_cast<std::uint16_t>(text.size());
  header += static_cast<char>(size & 0xff);
  header += static_cast<char>(size >> 8);
  return header + text;
}

}  // namespace

at::Tensor read_npy(const std::string& path) {
  std::error_code error;
  const auto file_size = std::filesystem::file_size(path, error);
  QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be read: ", error.message());

  std::ifstream file(path, std::ios::binary);
  std::string start(12, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  QUALIA_SNN_CHECK(file && start.starts_with(kMagic), DataError, path, ": no .npy file");
  const int version = start[6];
  QUALIA_SNN_CHECK(version >= 1 && version <= 3, DataError, path, ": .npy version ", version, "; expected 1 to 3");
  const std::size_t preamble = version == 1 ? 10 : 12;
  std::size_t text_size = 0;
  for (std::size_t i = preamble; i-- > 8;) text_size = text_size << 8 | static_cast<std::uint8_t>(start[i]);
  QUALIA_SNN_CHECK(text_size <= file_size - preamble, DataError, path, ": truncated .npy header");
  std::string text(text_size, '\0');
  file.seekg(static_cast<std::streamoff>(preamble));
  file.read(text.data(), static_cast<std::streamsize>(text_size));
  QUALIA_SNN_CHECK(file, DataError, path, ": truncated .npy header");
  const auto header = parse_header(text, path);

  auto expected = static_cast<std::int64_t>(c10::elementSize(header.type));
  bool overflow = false;
  for (const auto size : header.sizes) overflow = overflow || __builtin_mul_overflow(expected, size, &expected);
  const auto present = static_cast<std::int64_t>(file_size - preamble - text_size);
  QUALIA_SNN_CHECK(!overflow && present == expected, DataError, path, ": the header announces ",
                   at::IntArrayRef(header.sizes), " = ", overflow ? -1 : expected, " bytes, the file holds ", present);
  const auto offset = static_cast<std::int64_t>(preamble + text_size);
  auto bytes = at::from_file(path, /*shared=*/false, static_cast<std::int64_t>(file_size), at::kByte).slice(0, offset);
  // The specification aligns data to 64 bytes; a file that does not is copied, not refused.
  if (offset % static_cast<std::int64_t>(c10::elementSize(header.type)) != 0) bytes = bytes.clone();
  return bytes.view(header.type).view(header.sizes);
}

AtomicFile begin_npy(const std::string& path, const at::Tensor& tensor) {
  const auto data = tensor.detach().cpu().contiguous();
  AtomicFile file(path);
  file.write(make_header(data));
  file.write(data.const_data_ptr(), data.nbytes());
  file.flush();
  return file;
}

void write_npy(const std::string& path, const at::Tensor& tensor) { begin_npy(path, tensor).commit(); }

}  // namespace qualia_snn::io
