#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "qualia_snn/core/error.h"

namespace qualia_snn::fuzz {

/// A file in memory that readers can open.
class InputFile {
 public:
  InputFile(const std::uint8_t* bytes, std::size_t size) : descriptor_(memfd_create("input", MFD_CLOEXEC)) {
    while (size > 0) {
      const auto written = ::write(descriptor_, bytes, size);
      if (written <= 0) std::abort();
      bytes += written;
      size -= static_cast<std::size_t>(written);
    }
  }
  ~InputFile() { close(descriptor_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// Gives bytes to a reader: it may refuse them with an error of ours; all else ends the process, as a finding.
template <class Read>
int feed(const std::uint8_t* bytes, std::size_t size, const Read& read) {
  const InputFile file(bytes, size);
  try {
    read(file.path());
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace qualia_snn::fuzz
