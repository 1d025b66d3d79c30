#pragma once

#include <c10/util/ArrayRef.h>

#include <cstdint>
#include <optional>

namespace qualia_snn::io {

/// Returns the bytes of an array as a header announces it; nothing, if it can be none.
///
/// An axis without entries does not make the others smaller: LibTorch multiplies them too.
inline std::optional<std::int64_t> array_size(c10::IntArrayRef sizes, std::int64_t element) {
  std::int64_t bytes = element;
  bool is_empty = false;
  for (const auto extent : sizes) {
    if (extent < 0 || __builtin_mul_overflow(bytes, extent > 0 ? extent : 1, &bytes)) return std::nullopt;
    is_empty = is_empty || extent == 0;
  }
  return is_empty ? 0 : bytes;
}

}  // namespace qualia_snn::io
