#pragma once

#include <string_view>

#include "qualia_snn/core/log.h"

namespace qualia_snn::log {

/// Writes a message where it goes without a handler: info to stdout, warnings to stderr. One caller at a time.
void write_to_sink(Level level, std::string_view text);

}  // namespace qualia_snn::log
