#pragma once

#include <string>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// What happens to lists that both sides of a merge hold.
enum class Lists {
  kTakeWhole,  ///< the first one wins
  kUnite,      ///< what only the second one holds is appended; a table with numbers as keys sets positions
};

/// Returns `value` with everything that only `defaults` has; tables are merged deeply.
///
/// @param path  of the value in the configuration, for messages
/// @throws ConfigError  if one side holds a table where the other holds something else.
/// Source: qualia_core.utils.merge_dict.
QUALIA_SNN_API Value merge(const Value& value, const Value& defaults, const std::string& path, Lists lists);

/// Merges `[model_template]` into every `[[model]]` of a configuration, as Qualia does right after parsing.
///
/// @throws ConfigError  if there is no list of models.
QUALIA_SNN_API void apply_model_template(Value& config);

}  // namespace qualia_snn::config
