#include "qualia_snn/io/leftovers.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "qualia_snn/core/error.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr const char* kSuffix = ".tmp";

/// Returns what a temporary name is of, "" if it is none.
std::string target_of(const std::string& name) {
  if (!name.ends_with(kSuffix)) return "";
  const auto end = name.size() - std::strlen(kSuffix);
  const auto dot = name.rfind('.', end - 1);
  if (end == 0 || dot == std::string::npos || dot + 1 == end) return "";
  const auto process = name.substr(dot + 1, end - dot - 1);
  return process.find_first_not_of("0123456789") == std::string::npos ? name.substr(0, dot) : "";
}

/// Removes a file or folder if nobody has locked it.
void remove_if_abandoned(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  std::error_code ignored;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) fs::remove_all(path, ignored);
  close(descriptor);
}

}  // namespace

std::string temporary_name(const std::string& target) { return concat(target, ".", getpid(), kSuffix); }

bool lock_temporary(int descriptor, const std::string& path) {
  // A file system without locks keeps its leftovers.
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  struct stat ours {
  }, named{};
  return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino;
}

void remove_leftovers(const std::string& target) {
  std::error_code ignored;
  const auto path = fs::absolute(target, ignored);
  for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
    if (target_of(entry.path().filename()) == path.filename()) remove_if_abandoned(entry.path());
  }
}

void remove_all_leftovers(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (!target_of(entry.path().filename()).empty()) remove_if_abandoned(entry.path());
  }
}

bool sync_folder(const std::string& folder) {
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  // Some file systems offer no such thing.
  const bool done = fsync(descriptor) == 0 || errno == EINVAL;
  const int reason = errno;
  close(descriptor);
  errno = reason;
  return done;
}

}  // namespace qualia_snn::io
