#include "qualia_snn/io/npz.h"
#include "qualia_snn/io/zip.h"
#include "tests/fuzz/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  return fuzz::feed(bytes, size, [](const std::string& path) {
    const io::NpzArchive archive(path);
    for (const auto& name : archive.names()) archive.read(name);
    const io::ZipArchive zip(path);
    for (const auto& name : zip.names()) zip.read(name);
  });
}
