#include "qualia_snn/io/blosc2.h"

#include <fstream>
#include <string_view>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {

void refuse_blosc2(const std::string& path) {
  // A MessagePack array of 14 items whose first is the 8-byte string "b2frame\0".
  constexpr std::string_view kMagic(
      "\x9e\xa8"
      "b2frame\0",
      10);
  std::string start(kMagic.size(), '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  QUALIA_SNN_CHECK(start != kMagic, DataError, path,
                   ": preprocessed by Qualia (Blosc2), which cannot be read; run the action preprocess_data of "
                   "qualia-snn with the same configuration");
}

}  // namespace qualia_snn::io
