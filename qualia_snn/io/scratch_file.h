#pragma once

#include <cstddef>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// A file without a name, for intermediate data that may not fit into memory; it is gone with its last user.
class QUALIA_SNN_API ScratchFile {
 public:
  /// @param folder  where it lies; made if it is missing
  /// @throws DataError  if the folder cannot be written.
  explicit ScratchFile(std::string folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  int descriptor() const { return descriptor_; }
  /// Gives it a name, for libraries that open files themselves; returns its path.
  /// @throws DataError  if the file system refuses.
  std::string name();
  /// Takes the name away again: it lasts no longer than it has to, or a process that is killed would leave it behind.
  void remove_name();
  /// Adds bytes at its end. @throws DataError  if the disk is full.
  void write(const char* bytes, std::size_t size);
  /// Takes room on the disk for so many bytes. @throws DataError  if there is none.
  void reserve(std::size_t size);

 private:
  std::string folder_, name_;
  int descriptor_ = -1;
};

}  // namespace qualia_snn::io
