#include "qualia_snn/io/append.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

/// An open file that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : path_(path), number_(::open(path.c_str(), O_WRONLY | O_CLOEXEC)) {
    check(number_ >= 0, "cannot be opened");
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  std::uint64_t length() const {
    struct stat status {};
    check(::fstat(number_, &status) == 0, "cannot be looked at");
    return static_cast<std::uint64_t>(status.st_size);
  }
  void truncate(std::uint64_t length) const {
    check(::ftruncate(number_, static_cast<off_t>(length)) == 0, "cannot be cut off");
  }
  void write(std::uint64_t offset, std::string_view bytes) const {
    check(::lseek(number_, static_cast<off_t>(offset), SEEK_SET) >= 0, "cannot be written");
    while (!bytes.empty()) {
      const auto written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      check(written > 0, "cannot be written");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

 private:
  void check(bool works, const char* what) const {
    QUALIA_SNN_CHECK(works, DataError, path_, ": ", what, ": ", std::strerror(errno));
  }

  const std::string& path_;
  int number_;
};

}  // namespace

void append_at(const std::string& path, std::uint64_t length, std::string_view bytes) {
  const Descriptor file(path);
  const auto found = file.length();
  QUALIA_SNN_CHECK(found >= length, DataError, path, ": has ", found, " bytes; expected ", length, " or more");
  if (found > length) file.truncate(length);
  try {
    file.write(length, bytes);
  } catch (const DataError&) {
    // Half a record would hide what comes after it.
    file.truncate(length);
    throw;
  }
}

}  // namespace qualia_snn::io
