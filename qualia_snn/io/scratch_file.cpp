#include "qualia_snn/io/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {

ScratchFile::ScratchFile(std::string folder) : folder_(std::move(folder)) {
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  descriptor_ = open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return;
  // Some file systems do not know files without a name.
  auto name = (fs::path(folder_) / ".scratch-XXXXXX").string();
  descriptor_ = mkostemp(name.data(), O_CLOEXEC);
  QUALIA_SNN_CHECK(descriptor_ >= 0, DataError, folder_, ": cannot be written: ", std::strerror(errno));
  name_ = name;
}

ScratchFile::~ScratchFile() {
  remove_name();
  close(descriptor_);
}

std::string ScratchFile::name() {
  if (!name_.empty()) return name_;
  const auto name = (fs::path(folder_) / concat(".scratch-", getpid(), "-", descriptor_)).string();
  const auto here = concat("/proc/self/fd/", descriptor_);
  unlink(name.c_str());  // of a process that was killed
  QUALIA_SNN_CHECK(linkat(AT_FDCWD, here.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0, DataError, folder_,
                   ": cannot be written: ", std::strerror(errno));
  return name_ = name;
}

void ScratchFile::remove_name() {
  if (!name_.empty()) unlink(name_.c_str());
  name_.clear();
}

void ScratchFile::write(const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto written = ::write(descriptor_, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    QUALIA_SNN_CHECK(written >= 0, DataError, folder_, ": cannot be written: ", std::strerror(errno));
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

void ScratchFile::reserve(std::size_t size) {
  const int error = posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
  QUALIA_SNN_CHECK(error == 0, DataError, folder_, ": no room for ", size >> 20,
                   " MiB of intermediate data: ", std::strerror(error));
}

}  // namespace qualia_snn::io
