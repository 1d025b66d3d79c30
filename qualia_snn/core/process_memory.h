#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Memory of this process that lies in RAM, in bytes; 0 where the system does not tell.
struct QUALIA_SNN_API ProcessMemory {
  std::int64_t resident = 0;  ///< now
  std::int64_t peak = 0;      ///< the most so far
};

/// Reads it from Linux's /proc/self/status.
QUALIA_SNN_API ProcessMemory process_memory();

}  // namespace qualia_snn
