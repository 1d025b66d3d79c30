#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Throws unless `path` can become a file of ours: it does not exist or is a regular file, and lies in a folder.
///
/// @throws DataError  for example if the target is a folder, a device or a pipe.
QUALIA_SNN_API void check_writable_target(const std::string& path);

/// A file that appears under its name only once it is complete.
///
/// Bytes go to a file beside the target; `commit()` flushes it, renames it into place and flushes the folder. Without
/// `commit()` nothing is left behind; what a killed process leaves is removed by the next one that writes this file.
/// Missing folders are made.
class QUALIA_SNN_API AtomicFile {
 public:
  /// @throws DataError  if the target is no regular file or the folder cannot be written.
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  /// @throws DataError  if not everything could be written (full disk, size limit).
  void write(const void* data, std::size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Replaces bytes that were written.
  void overwrite(std::uint64_t offset, std::string_view bytes);
  /// Flushes to disk, without renaming: the part of `commit()` that can fail for lack of space.
  void flush();
  void commit();
  /// Does the same unless a file of that name is there. @return  whether the file is this one.
  bool commit_if_new();

 private:
  void close();
  /// Flushes the folder.
  void sync() const;

  [[noreturn]] void fail(const char* what) const;

  std::string path_, temporary_;
  int descriptor_ = -1;
  bool flushed_ = false;
};

/// Writes a whole file as `AtomicFile` does.
QUALIA_SNN_API void write_file(const std::string& path, std::string_view contents);

/// Writes a whole file unless one of that name is there, also where several processes try at once.
/// @return  whether the file is this one.
QUALIA_SNN_API bool write_new_file(const std::string& path, std::string_view contents);

}  // namespace qualia_snn::io
