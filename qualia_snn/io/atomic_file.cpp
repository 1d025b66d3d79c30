#include "qualia_snn/io/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/leftovers.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr int kMostTries = 100;

}  // namespace

void check_writable_target(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::exists(status)) {
    QUALIA_SNN_CHECK(fs::is_regular_file(status), DataError, path,
                     ": exists and is no regular file; will not replace it");
  }
  // The first part of the path that exists has to be a folder.
  auto folder = fs::absolute(path).parent_path();
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  QUALIA_SNN_CHECK(fs::is_directory(folder, error), DataError, path, ": cannot be written: ", folder.string(),
                   " is no folder");
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  check_writable_target(path_);
  const auto folder = fs::path(path_).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  QUALIA_SNN_CHECK(!error, DataError, path_, ": cannot make the folder ", folder.string(), ": ", error.message());
  remove_leftovers(path_);
  temporary_ = temporary_name(path_);
  for (int tries = 0;; ++tries) {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("cannot be created");
    // Emptied once it is ours: somebody else of this name may be writing.
    if (lock_temporary(descriptor_, temporary_)) break;
    ::close(std::exchange(descriptor_, -1));
    QUALIA_SNN_CHECK(tries < kMostTries, DataError, path_, ": is being written by somebody else");
  }
  if (::ftruncate(descriptor_, 0) != 0) fail("cannot be emptied");
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)),
      flushed_(other.flushed_) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void AtomicFile::write(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const auto written = ::write(descriptor_, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::overwrite(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void AtomicFile::flush() {
  if (flushed_) return;
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail("cannot be written");
  flushed_ = true;
}

void AtomicFile::close() {
  flush();
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0) fail("cannot be written");
}

void AtomicFile::commit() {
  flush();
  // Still open, and so locked: nobody takes it for a leftover before it has its name.
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be renamed into place");
  temporary_.clear();
  sync();
  close();
}

bool AtomicFile::commit_if_new() {
  flush();
  if (::link(temporary_.c_str(), path_.c_str()) == 0) {
    sync();
    close();
    return true;
  }
  if (errno != EEXIST) fail("cannot be put into place");
  return false;
}

void AtomicFile::sync() const {
  if (!sync_folder(fs::path(path_).parent_path().string())) fail("is there, and may not outlast a loss of power");
}

void AtomicFile::fail(const char* what) const {
  throw DataError(concat(path_, ": ", what, ": ", std::strerror(errno)));
}

void write_file(const std::string& path, std::string_view contents) {
  AtomicFile file(path);
  file.write(contents);
  file.commit();
}

bool write_new_file(const std::string& path, std::string_view contents) {
  AtomicFile file(path);
  file.write(contents);
  return file.commit_if_new();
}

}  // namespace qualia_snn::io
