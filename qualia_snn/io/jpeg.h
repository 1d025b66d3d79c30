#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Reads a JPEG image in colours, [H, W, 3], uint8.
/// @throws DataError  if the file is missing, damaged or truncated, or if this build has no libjpeg.
QUALIA_SNN_API at::Tensor read_jpeg(const std::string& path);

}  // namespace qualia_snn::io
