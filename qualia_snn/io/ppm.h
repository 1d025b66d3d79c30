#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Reads a portable pixmap of bytes (P6, at most 255), [H, W, 3], uint8.
/// Source: netpbm, ppm(5).
/// @throws DataError  if the file is missing, of another kind, or holds more or less than its header announces.
QUALIA_SNN_API at::Tensor read_ppm(const std::string& path);

}  // namespace qualia_snn::io
