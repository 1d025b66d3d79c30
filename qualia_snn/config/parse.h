#pragma once

#include <string>
#include <string_view>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Reads a TOML file into a value tree.
///
/// @throws ConfigError  if the file cannot be read or is no TOML: file:line:col and the parser's reason.
QUALIA_SNN_API Value parse_file(const std::string& path);

/// Reads TOML text; `source` stands for the file name in messages.
QUALIA_SNN_API Value parse_text(std::string_view text, const std::string& source);

}  // namespace qualia_snn::config
