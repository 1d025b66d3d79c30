#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// The SHA-256 of bytes that come piece by piece. Source: NIST, FIPS 180-4.
class QUALIA_SNN_API Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(const void* bytes, std::size_t size);
  void update(std::string_view text) { update(text.data(), text.size()); }
  /// Returns 64 hexadecimal digits; nothing can be added any more.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Returns the SHA-256 of a file's contents. @throws DataError  if it cannot be read.
QUALIA_SNN_API std::string sha256_of_file(const std::string& path);

}  // namespace qualia_snn::io
