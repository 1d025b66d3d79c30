#pragma once

#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/scratch_file.h"

namespace qualia_snn::io {

/// Returns the contents of a file, unpacked if it is gzipped.
///
/// @throws DataError  if the file is missing, cannot be read, or is a damaged or truncated gzip file.
QUALIA_SNN_API std::string read_maybe_gzipped(const std::string& path);

/// Returns whether a file starts as gzipped ones do.
bool is_gzipped(const std::string& path);

/// Unpacks a gzipped file.
/// @throws DataError  if it is missing, damaged or truncated, or the disk is full.
void unpack(const std::string& path, ScratchFile& to);

/// Returns `path` if it exists, else `path` + ".gz" if that exists.
/// @throws DataError  naming both, if neither exists.
QUALIA_SNN_API std::string find_maybe_gzipped(const std::string& path);

}  // namespace qualia_snn::io
