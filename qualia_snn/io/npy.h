#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::io {

/// Maps a NumPy array file into memory; pages are read when they are touched, and writing to the tensor changes only
/// this process.
///
/// Accepts format versions 1 to 3, C order, little-endian bool, (u)int8, int16/32/64 and float16/32/64.
/// @throws DataError  if the file is missing, truncated, too long or of another kind.
/// Source: NumPy documentation, numpy.lib.format.
QUALIA_SNN_API at::Tensor read_npy(const std::string& path);

/// Writes a tensor as a NumPy array file, version 1.0 with a header of 128 bytes.
///
/// @return  the complete but not yet renamed file, so that several files can appear together.
QUALIA_SNN_API AtomicFile begin_npy(const std::string& path, const at::Tensor& tensor);

/// Writes a tensor as a NumPy array file.
QUALIA_SNN_API void write_npy(const std::string& path, const at::Tensor& tensor);

}  // namespace qualia_snn::io
