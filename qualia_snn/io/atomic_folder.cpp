#include "qualia_snn/io/atomic_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/leftovers.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr int kMostTries = 100;

}  // namespace

AtomicFolder::AtomicFolder(const std::string& path, std::vector<std::string> files) : files_(std::move(files)) {
  std::error_code error;
  const auto target = fs::weakly_canonical(fs::absolute(path), error);
  target_ = target.string();
  QUALIA_SNN_CHECK(!fs::exists(target, error) || fs::is_directory(target, error), DataError, path,
                   ": exists and is no folder; will not replace it");
  for (const auto& file : files_) check_writable_target((target / file).string());
  fs::create_directories(target.parent_path(), error);
  QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be made: ", error.message());
  remove_leftovers(target_);
  const auto temporary = temporary_name(target_);
  for (int tries = 0;; ++tries) {
    QUALIA_SNN_CHECK(tries < kMostTries, DataError, path, ": is being written by somebody else");
    fs::create_directory(temporary, error);
    QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be made: ", error.message());
    descriptor_ = open(temporary.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0 || lock_temporary(descriptor_, temporary)) break;
    close(descriptor_);
  }
  temporary_ = temporary;
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
  if (descriptor_ >= 0) close(descriptor_);
}

/// Gives files that are not ours a second name in the new folder: at every moment they have one of the two.
void AtomicFolder::keep_foreign_files() const {
  for (const auto& entry : fs::recursive_directory_iterator(target_)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    const auto name = entry.path().lexically_relative(target_);
    if (std::find(files_.begin(), files_.end(), name.generic_string()) != files_.end()) continue;
    const auto kept = fs::path(temporary_) / name;
    fs::create_directories(kept.parent_path());
    if (linkat(AT_FDCWD, entry.path().c_str(), AT_FDCWD, kept.c_str(), 0) == 0) continue;
    // No second name: a file of somebody else, or a file system without links. It must stay where it is until the end.
    fs::copy(entry.path(), kept, fs::copy_options::copy_symlinks);
  }
}

void AtomicFolder::commit() {
  std::error_code error;
  const bool replaces = fs::exists(target_, error);
  try {
    if (replaces) keep_foreign_files();
  } catch (const fs::filesystem_error& failure) {
    throw DataError(concat(target_, ": cannot be replaced: ", failure.what()));
  }
  const auto parent = fs::path(target_).parent_path();
  QUALIA_SNN_CHECK(sync_folder(temporary_), DataError, target_, ": cannot be written to disk: ", std::strerror(errno));
  if (!replaces) {
    QUALIA_SNN_CHECK(rename(temporary_.c_str(), target_.c_str()) == 0, DataError, target_,
                     ": cannot be renamed into place: ", std::strerror(errno));
    temporary_.clear();
  } else if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
    // A file system that cannot exchange names: for a moment there is none of this name, and both are complete.
    const auto old = concat(target_, ".old.", getpid());
    QUALIA_SNN_CHECK(rename(target_.c_str(), old.c_str()) == 0, DataError, target_,
                     ": cannot be replaced: ", std::strerror(errno));
    const bool done = rename(temporary_.c_str(), target_.c_str()) == 0;
    const int reason = errno;
    if (!done) rename(old.c_str(), target_.c_str());
    QUALIA_SNN_CHECK(done, DataError, target_, ": cannot be renamed into place: ", std::strerror(reason));
    temporary_ = old;
  }
  sync_folder(parent.string());
  // What is there now under the other name is the old folder.
  if (!temporary_.empty()) fs::remove_all(temporary_, error);
  temporary_.clear();
}

}  // namespace qualia_snn::io
