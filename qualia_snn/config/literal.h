#pragma once

#include <string_view>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Reads the value after `--a.b.c=`: a Python literal, a TOML value, or a bare word, which is a string.
///
///     3   0x1f   1_000   1e-3   true   True   None   'text'   "text"   [1, 2]   (1, 2)   {'a': 1}   {a = 1, b.c = 2}
///
/// Strings take Python's escapes in both kinds of quotes; tuples become lists.
/// @throws ConfigError  naming `where`, if the text begins like a string, list or table and is none.
QUALIA_SNN_API Value parse_literal(std::string_view text, const Location& where);

}  // namespace qualia_snn::config
