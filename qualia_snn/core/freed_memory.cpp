#include "qualia_snn/core/freed_memory.h"

#include <malloc.h>

namespace qualia_snn {

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
}

}  // namespace qualia_snn
