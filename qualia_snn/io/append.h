#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Makes a file its first `length` bytes, followed by `bytes`: what lies behind is cut off.
///
/// For logs that grow, where a reader can tell that the last record is not complete: nothing is flushed to disk.
/// @throws DataError  if the file is missing or shorter, or cannot be written (full disk, size limit); its first
///                    `length` bytes are left as they are.
QUALIA_SNN_API void append_at(const std::string& path, std::uint64_t length, std::string_view bytes);

}  // namespace qualia_snn::io
