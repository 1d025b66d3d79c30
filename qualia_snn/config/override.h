#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Applies command-line words of the form `--table.key=value` in their order.
///
/// A number in the path addresses a list position, one behind the end appends. A list is united with the list that is
/// there, its own elements first, as in Qualia; a table is merged into the table that is there.
/// @return  warnings about words that do something else than they seem to say, to be shown once the configuration is
///          known to be good.
/// @throws ConfigError  naming the word, if its form is wrong or its path leads through something that is no table.
QUALIA_SNN_API std::vector<std::string> apply_overrides(Value& config, const std::vector<std::string>& words);

}  // namespace qualia_snn::config
