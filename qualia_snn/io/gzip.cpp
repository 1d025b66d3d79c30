#include "qualia_snn/io/gzip.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

/// Calls f(bytes, size) with the contents of a file, block by block, unpacked if it is gzipped.
template <class F>
void for_each_block(const std::string& path, const F& f) {
  std::error_code ignored;
  QUALIA_SNN_CHECK(!std::filesystem::is_directory(path, ignored), DataError, path, ": is a folder; expected a file");
  errno = 0;
  // gzopen reads files that are not gzipped as they are.
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), &gzclose);
  QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read: ", std::strerror(errno));
  gzbuffer(file.get(), 1 << 18);
  std::array<char, 1 << 16> block{};
  int count = 0;
  while ((count = gzread(file.get(), block.data(), block.size())) > 0) f(block.data(), static_cast<std::size_t>(count));
  int code = Z_OK;
  const char* reason = gzerror(file.get(), &code);
  // A gzip file that ends early gives its bytes and Z_BUF_ERROR.
  QUALIA_SNN_CHECK(count == 0 && code == Z_OK, DataError, path,
                   ": damaged gzip file: ", code == Z_BUF_ERROR ? "it ends early" : reason);
}

}  // namespace

std::string read_maybe_gzipped(const std::string& path) {
  std::string contents;
  for_each_block(path, [&](const char* bytes, std::size_t size) { contents.append(bytes, size); });
  return contents;
}

bool is_gzipped(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[2] = {};
  file.read(magic, sizeof magic);
  return file && magic[0] == '\x1f' && magic[1] == '\x8b';
}

void unpack(const std::string& path, ScratchFile& to) {
  for_each_block(path, [&](const char* bytes, std::size_t size) { to.write(bytes, size); });
}

std::string find_maybe_gzipped(const std::string& path) {
  std::error_code ignored;
  for (const auto& candidate : {path, path + ".gz"}) {
    if (std::filesystem::exists(candidate, ignored)) return candidate;
  }
  throw DataError(concat(path, ": not found, nor ", path, ".gz"));
}

}  // namespace qualia_snn::io
