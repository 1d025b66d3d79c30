#include "qualia_snn/io/audio.h"
#include "tests/fuzz/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  fuzz::feed(bytes, size, [](const std::string& path) { io::read_audio_int16(path); });
  return fuzz::feed(bytes, size, [](const std::string& path) { io::read_audio(path); });
}
