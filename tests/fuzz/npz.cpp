#include "qualia_snn/io/npz.h"
#include "tests/fuzz/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  return fuzz::feed(bytes, size, [](const std::string& path) {
    const io::NpzArchive archive(path);
    for (const auto& name : archive.names()) archive.read(name);
  });
}
