#include "qualia_snn/core/error.h"
#include "qualia_snn/io/png.h"

// In place of png.cpp where libpng was not found.
namespace qualia_snn::io {
namespace {

[[noreturn]] void refuse() {
  throw DataError("an image: this build writes no PNG; install libpng-dev and configure again");
}

}  // namespace

bool writes_png() { return false; }

std::string encode_png(const at::Tensor&) { refuse(); }

std::string encode_png(std::span<const std::uint8_t>, std::int64_t, std::int64_t, std::int64_t) { refuse(); }

}  // namespace qualia_snn::io
