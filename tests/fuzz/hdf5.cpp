#include "qualia_snn/io/hdf5.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "qualia_snn/core/error.h"

/// HDF5 wants a file with a name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace qualia_snn;
  char name[] = "/dev/shm/qualia_snn_fuzz_XXXXXX";
  const int descriptor = mkstemp(name);
  std::FILE* const file = fdopen(descriptor, "wb");
  if (!file || std::fwrite(bytes, 1, size, file) != size) std::abort();
  std::fclose(file);
  try {
    const io::Hdf5File hdf5(name, "/dev/shm");
    hdf5.integers("labels");
    for (std::int64_t i = 0; i < std::min<std::int64_t>(16, hdf5.size("spikes/times")); ++i) {
      hdf5.list("spikes/times", i);
      hdf5.list("spikes/units", i);
    }
  } catch (const Error&) {
  }
  std::remove(name);
  return 0;
}
