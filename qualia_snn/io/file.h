#pragma once

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Returns the contents of a file. @throws DataError  if it is missing, a folder, or cannot be read.
QUALIA_SNN_API std::string read_file(const std::string& path);

}  // namespace qualia_snn::io
