#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// What a safetensors file holds.
struct Safetensors {
  std::map<std::string, at::Tensor> tensors;    ///< they own their memory
  std::map<std::string, std::string> metadata;  ///< the texts of "__metadata__"
};

/// Reads a safetensors file.
///
/// @throws DataError  if the file is missing, truncated, or its offsets do not fit.
/// Source: the format section of the safetensors documentation.
QUALIA_SNN_API Safetensors read_safetensors(const std::string& path);

/// Writes a safetensors file: tensors by their names, one after the other, aligned to 8 bytes.
///
/// The file appears under its name only once it is complete. Equal contents give equal bytes.
/// @throws DataError  if it cannot be written, or a tensor is of a type that the format does not have.
QUALIA_SNN_API void write_safetensors(const std::string& path, const Safetensors& contents);

}  // namespace qualia_snn::io
