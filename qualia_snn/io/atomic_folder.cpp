#include "qualia_snn/io/atomic_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr const char* kSuffix = ".tmp";

/// Removes the folders of processes that were killed: <target>.<process>.tmp.
void remove_leftovers(const fs::path& target) {
  std::error_code ignored;
  const auto prefix = target.filename().string() + ".";
  for (const auto& entry : fs::directory_iterator(target.parent_path(), ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) continue;
    pid_t process = 0;
    const auto* const end = name.data() + name.size() - std::strlen(kSuffix);
    const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, process);
    if (error != std::errc{} || rest != end || process <= 0) continue;
    if (kill(process, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
  }
}

/// Brings a folder's list of names to the disk.
void sync_folder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

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
  remove_leftovers(target);
  const auto temporary = concat(target_, ".", getpid(), kSuffix);
  fs::remove_all(temporary, error);
  fs::create_directory(temporary, error);
  QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be made: ", error.message());
  temporary_ = temporary;
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
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
    QUALIA_SNN_CHECK(rename(entry.path().c_str(), kept.c_str()) == 0, DataError, entry.path().string(),
                     ": cannot be kept: ", std::strerror(errno));
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
  sync_folder(temporary_);
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
  sync_folder(parent);
  // What is there now under the other name is the old folder.
  if (!temporary_.empty()) fs::remove_all(temporary_, error);
  temporary_.clear();
}

}  // namespace qualia_snn::io
