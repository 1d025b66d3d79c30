#pragma once

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Returns the path of the library, or of the program, that holds an address; empty if none does.
QUALIA_SNN_API std::string path_of_binary(const void* address);

}  // namespace qualia_snn
