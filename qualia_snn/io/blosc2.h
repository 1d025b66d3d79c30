#pragma once

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Refuses a Blosc2 frame, the form in which Qualia writes preprocessed sets under names that end in `.npz`.
///
/// @throws DataError  if `path` is such a file; any other file, or none, is accepted.
/// Source: C-Blosc2, contiguous frame format.
QUALIA_SNN_API void refuse_blosc2(const std::string& path);

}  // namespace qualia_snn::io
