#pragma once

#include <string>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// A folder of files that appears under its name only once it is complete, in place of the one before.
///
/// Files go to a folder beside the target; `commit()` exchanges both in one step, so that whoever looks sees the old
/// files or the new ones. Without `commit()` nothing is left behind; what a killed process leaves is removed by the
/// next.
class QUALIA_SNN_API AtomicFolder {
 public:
  /// @param path  the target; a link to a folder is followed
  /// @param files  names inside it that are ours: they are replaced, or go if they have no successor; others are kept
  /// @throws DataError  if the target is no folder, one of the files no regular file, or nothing can be made beside it.
  AtomicFolder(const std::string& path, std::vector<std::string> files);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  /// Returns the folder for the new files.
  const std::string& path() const { return temporary_; }
  /// Puts it into place. @throws DataError  if that fails; the old folder is still there then.
  void commit();

 private:
  void keep_foreign_files() const;

  std::string target_, temporary_;
  int descriptor_ = -1;  ///< of the temporary folder, locked
  std::vector<std::string> files_;
};

}  // namespace qualia_snn::io
