#include "qualia_snn/io/idx.h"

#include <ATen/ATen.h>

#include <cstring>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/array_size.h"
#include "qualia_snn/io/gzip.h"

namespace qualia_snn::io {

at::Tensor read_idx(const std::string& path) {
  const auto contents = read_maybe_gzipped(path);
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(contents[i]); };

  // Magic number: two zero bytes, the type (8: unsigned byte), the number of axes; then one big-endian size per axis.
  QUALIA_SNN_CHECK(contents.size() >= 4 && byte(0) == 0 && byte(1) == 0, DataError, path, ": no IDX file");
  QUALIA_SNN_CHECK(byte(2) == 8, DataError, path, ": IDX type ", int{byte(2)}, "; expected 8, unsigned bytes");
  const std::size_t axes = byte(3);
  const std::size_t header = 4 + 4 * axes;
  QUALIA_SNN_CHECK(axes > 0 && contents.size() >= header, DataError, path, ": truncated IDX header");

  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < axes; ++i) {
    const std::size_t at = 4 + 4 * i;
    const std::uint32_t size = std::uint32_t{byte(at)} << 24 | std::uint32_t{byte(at + 1)} << 16 |
                               std::uint32_t{byte(at + 2)} << 8 | std::uint32_t{byte(at + 3)};
    sizes.push_back(size);
  }
  const auto expected = array_size(sizes, 1);
  const auto present = static_cast<std::int64_t>(contents.size() - header);
  QUALIA_SNN_CHECK(expected && present == *expected, DataError, path, ": the header announces ", at::IntArrayRef(sizes),
                   expected ? concat(" = ", *expected) : "", " bytes, the file holds ", present,
                   !expected || present < *expected ? "; it is truncated" : "; there is something after the data");
  auto tensor = at::empty(sizes, at::kByte);
  if (present > 0) std::memcpy(tensor.mutable_data_ptr(), contents.data() + header, contents.size() - header);
  return tensor;
}

}  // namespace qualia_snn::io
