#include "qualia_snn/io/tiff.h"
#include "tests/fuzz/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  return fuzz::feed(bytes, size, [](const std::string& path) { io::read_tiff(path); });
}
