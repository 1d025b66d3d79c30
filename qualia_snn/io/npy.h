#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::io {

/// Maps a NumPy array file into memory; pages are read when they are touched, and writing to the tensor changes only
/// this process.
///
/// Accepts format versions 1 to 3, C and Fortran order (a view with the axes turned), little-endian bool, integers of
/// 8 to 64 bits and float16/32/64.
/// @throws DataError  if the file is missing, truncated, too long or of another kind.
/// Source: NumPy documentation, numpy.lib.format.
QUALIA_SNN_API at::Tensor read_npy(const std::string& path);

/// What stands in front of an array's bytes.
struct NpyHeader {
  at::ScalarType type;
  std::vector<std::int64_t> sizes;
  bool fortran_order = false;
  std::int64_t size = 0;       ///< bytes of the header itself
  std::int64_t data_size = 0;  ///< bytes of the array
};

/// Gives the next bytes of a stream; fewer than asked for at its end.
using NpySource = std::function<std::string(std::size_t)>;

/// Reads the header of an array that comes from a stream, for example a member of an archive.
///
/// @param size  bytes of header and array together, of which the header has to announce exactly the rest
/// @param path  where the bytes come from, for messages
/// @throws DataError  as `read_npy` does.
NpyHeader read_npy_header(const NpySource& next, std::uint64_t size, const std::string& path);

/// Returns a view of the `data_size` bytes that follow a header; they have to be aligned to its type.
at::Tensor as_npy_array(const at::Tensor& bytes, const NpyHeader& header);

/// Writes a NumPy array file whose number of rows is not known yet; the file appears with `finish`.
class QUALIA_SNN_API NpyWriter {
 public:
  /// @param row  sizes of one row
  /// @throws DataError  as `AtomicFile` does.
  NpyWriter(const std::string& path, std::vector<std::int64_t> row, at::ScalarType type);
  /// Adds rows [n, row...], which are converted to the type.
  void append(const at::Tensor& rows);
  void finish();

 private:
  AtomicFile file_;
  std::vector<std::int64_t> row_;
  at::ScalarType type_;
  std::int64_t rows_ = 0;
};

/// Writes a tensor as a NumPy array file, version 1.0 with a header of 128 bytes.
///
/// @return  the complete but not yet renamed file, so that several files can appear together.
QUALIA_SNN_API AtomicFile begin_npy(const std::string& path, const at::Tensor& tensor);

/// Writes a tensor as a NumPy array file.
QUALIA_SNN_API void write_npy(const std::string& path, const at::Tensor& tensor);

}  // namespace qualia_snn::io
