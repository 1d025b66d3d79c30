#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Reads the scalar after `--a.b.c=`: a TOML or Python literal (`True`, `'text'`), or a bare word, which is a string.
QUALIA_SNN_API Value parse_scalar(std::string_view text, const Location& where);

/// Applies command-line words of the form `--table.key=value`; a number in the path addresses a list position.
///
/// @return  warnings about words that have no effect, to be shown once the configuration is known to be good.
/// @throws ConfigError  naming the word, if its form is wrong or its path leads through something that is no table.
QUALIA_SNN_API std::vector<std::string> apply_overrides(Value& config, const std::vector<std::string>& words);

}  // namespace qualia_snn::config
