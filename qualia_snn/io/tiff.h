#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Reads the first image of a TIFF file, [H, W, C], uint8 or uint16, in strips, channels together or apart.
/// @throws DataError  if the file is missing, damaged, truncated, of another kind (tiles, floats), or if this build has
///                    no libtiff.
QUALIA_SNN_API at::Tensor read_tiff(const std::string& path);

}  // namespace qualia_snn::io
