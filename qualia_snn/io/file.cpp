#include "qualia_snn/io/file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {

std::string read_file(const std::string& path) {
  std::error_code error;
  QUALIA_SNN_CHECK(!std::filesystem::is_directory(path, error), DataError, path, ": is a folder; expected a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read: ", std::strerror(errno));
  std::string contents;
  const auto size = std::filesystem::file_size(path, error);
  if (!error) contents.reserve(size);
  char block[1 << 16];
  while (file.read(block, sizeof block) || file.gcount() > 0) {
    contents.append(block, static_cast<std::size_t>(file.gcount()));
  }
  QUALIA_SNN_CHECK(!file.bad(), DataError, path, ": cannot be read: ", std::strerror(errno));
  return contents;
}

}  // namespace qualia_snn::io
