#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Returns whether this build has libpng; without it the functions below throw.
QUALIA_SNN_API bool writes_png();

/// Returns an image as the contents of a PNG file.
///
/// @param image  [H, W] or [H, W, 1], grey, or [H, W, 3], in colours; uint8
/// @throws ShapeError  if it is anything else, or empty.
/// @throws DataError   if this build has no libpng.
QUALIA_SNN_API std::string encode_png(const at::Tensor& image);

/// Does the same for bytes in rows.
/// @param channels  1, grey, or 3: red, green, blue
QUALIA_SNN_API std::string encode_png(std::span<const std::uint8_t> pixels, std::int64_t height, std::int64_t width,
                                      std::int64_t channels);

}  // namespace qualia_snn::io
