#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/scratch_file.h"

namespace qualia_snn::io {

/// Rows of a tensor whose number is not known yet, in a file without a name.
///
/// The system writes to disk what does not fit into memory, and the file is gone with its last tensor.
class QUALIA_SNN_API ScratchArray {
 public:
  /// @param folder  where the file lies; made if it is missing
  /// @param row  sizes of one row
  /// @throws DataError  if the folder cannot be written.
  ScratchArray(const std::string& folder, std::vector<std::int64_t> row, at::ScalarType type);
  ~ScratchArray();
  ScratchArray(const ScratchArray&) = delete;
  ScratchArray& operator=(const ScratchArray&) = delete;

  /// Returns memory for `count` more rows [count, row...], zeros, which stays until the next call.
  /// @throws DataError  if the disk is full.
  at::Tensor append(std::int64_t count);
  /// Returns all rows [N, row...]; nothing can be appended any more.
  at::Tensor finish();

 private:
  void grow(std::size_t size);

  ScratchFile file_;
  std::vector<std::int64_t> row_;
  at::ScalarType type_;
  std::int64_t rows_ = 0;
  char* memory_ = nullptr;
  std::size_t capacity_ = 0;  ///< bytes
};

}  // namespace qualia_snn::io
