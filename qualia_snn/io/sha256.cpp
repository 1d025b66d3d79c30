#include "qualia_snn/io/sha256.h"

#include <openssl/evp.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

struct Freer {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

struct Sha256::Impl {
  std::unique_ptr<EVP_MD_CTX, Freer> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  QUALIA_SNN_CHECK(EVP_DigestInit_ex(impl_->context.get(), EVP_sha256(), nullptr) == 1, DataError,
                   "libcrypto offers no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(const void* bytes, std::size_t size) { EVP_DigestUpdate(impl_->context.get(), bytes, size); }

std::string Sha256::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(impl_->context.get(), digest, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

std::string sha256_of_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read: ", std::strerror(errno));
  Sha256 sum;
  std::vector<char> block(1 << 20);
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    sum.update(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  QUALIA_SNN_CHECK(!file.bad(), DataError, path, ": cannot be read: ", std::strerror(errno));
  return sum.finish();
}

}  // namespace qualia_snn::io
