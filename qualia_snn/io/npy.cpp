#include "qualia_snn/io/npy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string_view>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/array_size.h"

namespace qualia_snn::io {
namespace {

struct TypeName {
  const char* descr;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {{"|b1", at::kBool},   {"|u1", at::kByte},   {"|i1", at::kChar},   {"<i2", at::kShort},
                               {"<i4", at::kInt},    {"<i8", at::kLong},   {"<f2", at::kHalf},   {"<f4", at::kFloat},
                               {"<f8", at::kDouble}, {"<u2", at::kUInt16}, {"<u4", at::kUInt32}, {"<u8", at::kUInt64}};
constexpr std::size_t kHeaderSize = 128;  // Qualia writes headers of exactly this size
constexpr std::string_view kMagic = "\x93NUMPY";

/// Returns what follows `'key':` in the header's Python dictionary.
std::string_view member(std::string_view text, std::string_view key, const std::string& path) {
  const auto at = text.find("'" + std::string(key) + "'");
  QUALIA_SNN_CHECK(at != std::string_view::npos, DataError, path, ": damaged .npy header: no '", key, "'");
  const auto value = text.find_first_not_of(": ", at + key.size() + 2);
  QUALIA_SNN_CHECK(value != std::string_view::npos, DataError, path, ": damaged .npy header: no value of '", key, "'");
  return text.substr(value);
}

NpyHeader parse_header(std::string_view text, const std::string& path) {
  const auto descr = member(text, "descr", path);
  const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& type) {
    return descr.starts_with("'" + std::string(type.descr) + "'");
  });
  QUALIA_SNN_CHECK(known != std::end(kTypes), DataError, path, ": array type ", descr.substr(0, descr.find(',')),
                   " is not accepted; expected a little-endian bool, integer or float");
  const auto order = member(text, "fortran_order", path);
  QUALIA_SNN_CHECK(order.starts_with("False") || order.starts_with("True"), DataError, path,
                   ": damaged .npy header: fortran_order is neither True nor False");
  auto shape = member(text, "shape", path);
  const auto end = shape.find(')');
  QUALIA_SNN_CHECK(shape.starts_with('(') && end != std::string_view::npos, DataError, path, ": damaged .npy shape");
  shape = shape.substr(1, end - 1);
  NpyHeader header{known->type, {}, order.starts_with("True")};
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

std::string make_header(at::IntArrayRef sizes, at::ScalarType scalar_type) {
  const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const TypeName& type) { return type.type == scalar_type; });
  QUALIA_SNN_CHECK(known != std::end(kTypes), DataError, "cannot write ", scalar_type, " as .npy");
  std::string shape;
  for (const auto size : sizes) shape += std::to_string(size) + (sizes.size() == 1 ? "," : ", ");
  if (sizes.size() > 1) shape.resize(shape.size() - 2);
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

NpyHeader read_npy_header(const NpySource& next, std::uint64_t size, const std::string& path) {
  auto start = next(8);
  QUALIA_SNN_CHECK(start.size() == 8 && start.starts_with(kMagic), DataError, path, ": no .npy file");
  const int version = start[6];
  QUALIA_SNN_CHECK(version >= 1 && version <= 3, DataError, path, ": .npy version ", version, "; expected 1 to 3");
  start += next(version == 1 ? 2 : 4);
  std::size_t text_size = 0;
  for (std::size_t i = start.size(); i-- > 8;) text_size = text_size << 8 | static_cast<std::uint8_t>(start[i]);
  QUALIA_SNN_CHECK(size >= start.size() && text_size <= size - start.size(), DataError, path,
                   ": truncated .npy header");
  const auto text = next(text_size);
  QUALIA_SNN_CHECK(text.size() == text_size, DataError, path, ": truncated .npy header");
  auto header = parse_header(text, path);
  header.size = static_cast<std::int64_t>(start.size() + text_size);

  const auto announced = array_size(header.sizes, static_cast<std::int64_t>(c10::elementSize(header.type)));
  const auto present = static_cast<std::int64_t>(size) - header.size;
  QUALIA_SNN_CHECK(announced && present == *announced, DataError, path, ": the header announces ",
                   at::IntArrayRef(header.sizes), " = ", announced.value_or(-1), " bytes, the file holds ", present);
  header.data_size = *announced;
  return header;
}

at::Tensor as_npy_array(const at::Tensor& bytes, const NpyHeader& header) {
  const auto elements = bytes.view(header.type);
  if (!header.fortran_order) return elements.view(header.sizes);
  // The first axis varies fastest: the array is the transpose of one in C order.
  std::vector<std::int64_t> reversed(header.sizes.rbegin(), header.sizes.rend());
  std::vector<std::int64_t> axes(reversed.size());
  std::iota(axes.rbegin(), axes.rend(), 0);
  return elements.view(reversed).permute(axes);
}

at::Tensor read_npy(const std::string& path) {
  std::error_code error;
  const auto file_size = std::filesystem::file_size(path, error);
  QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be read: ", error.message());
  std::ifstream file(path, std::ios::binary);
  const auto next = [&file](std::size_t size) {
    std::string bytes(size, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
  };
  const auto header = read_npy_header(next, file_size, path);
  auto bytes =
      at::from_file(path, /*shared=*/false, static_cast<std::int64_t>(file_size), at::kByte).slice(0, header.size);
  // The specification aligns data to 64 bytes; a file that does not is copied, not refused.
  if (header.size % static_cast<std::int64_t>(c10::elementSize(header.type)) != 0) bytes = bytes.clone();
  return as_npy_array(bytes, header);
}

NpyWriter::NpyWriter(const std::string& path, std::vector<std::int64_t> row, at::ScalarType type)
    : file_(path), row_(std::move(row)), type_(type) {
  file_.write(std::string(kHeaderSize, ' '));
}

void NpyWriter::append(const at::Tensor& rows) {
  QUALIA_SNN_CHECK(rows.dim() > 0 && rows.sizes().slice(1) == at::IntArrayRef(row_), ShapeError, "rows ", rows.sizes(),
                   "; expected [n] and ", at::IntArrayRef(row_));
  const auto data = rows.to(type_).contiguous();
  file_.write(data.const_data_ptr(), data.nbytes());
  rows_ += data.size(0);
}

void NpyWriter::finish() {
  auto sizes = row_;
  sizes.insert(sizes.begin(), rows_);
  file_.overwrite(0, make_header(sizes, type_));
  file_.commit();
}

AtomicFile begin_npy(const std::string& path, const at::Tensor& tensor) {
  const auto data = tensor.detach().cpu().contiguous();
  AtomicFile file(path);
  file.write(make_header(data.sizes(), data.scalar_type()));
  file.write(data.const_data_ptr(), data.nbytes());
  file.flush();
  return file;
}

void write_npy(const std::string& path, const at::Tensor& tensor) { begin_npy(path, tensor).commit(); }

}  // namespace qualia_snn::io
