#include "qualia_snn/io/pickle.h"

#include <string_view>

#include "qualia_snn/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  try {
    io::pickle::decode(std::string_view(reinterpret_cast<const char*>(bytes), size));
  } catch (const Error&) {
  }
  return 0;
}
