#pragma once

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Keeps freed memory in the process, for all of it: LibTorch's large tensors of the CPU come from a BlockMemory.
///
/// A training step frees and asks for the same large blocks again and again; giving them back to the system in between
/// costs a fifth of the time in page faults. The program does so; what embeds the library decides for itself. Tensors
/// made before stay what they are.
QUALIA_SNN_API void keep_freed_memory();

}  // namespace qualia_snn
