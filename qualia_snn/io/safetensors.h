#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Reads a safetensors file.
///
/// @return  the tensors by name; they own their memory.
/// @throws DataError  if the file is missing, truncated, or its offsets do not fit.
/// Source: the format section of the safetensors documentation.
QUALIA_SNN_API std::map<std::string, at::Tensor> read_safetensors(const std::string& path);

}  // namespace qualia_snn::io
