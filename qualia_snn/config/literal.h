#pragma once

#include <string>
#include <string_view>

#include "qualia_snn/config/kind.h"

namespace qualia_snn::config {

/// Reads the value after `--a.b.c=`: a Python literal, a TOML value, or a bare word, which is a string.
///
///     3   0x1f   1_000   1e-3   true   True   None   'text'   "text"   [1, 2]   (1, 2)   {'a': 1}   {a = 1, b.c = 2}
///
/// Strings take Python's escapes (not octal ones) in both kinds of quotes; tuples become lists.
/// @throws ConfigError  naming `where`, if the text begins like a string, list or table and is none.
QUALIA_SNN_API Value parse_literal(std::string_view text, const Location& where);

/// Returns a kind with params written as such a table, for programs that build components themselves:
///
///     registries.optimizers.make(config::kind("Adam", "{lr = 1e-2}"), context)
///
/// @throws ConfigError  if `params` is no table.
QUALIA_SNN_API Kind kind(const std::string& name, const std::string& params = "{}");

}  // namespace qualia_snn::config
