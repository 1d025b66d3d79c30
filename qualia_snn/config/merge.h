#pragma once

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Returns `value` with everything that only `defaults` has; tables are merged deeply, lists are taken whole.
///
/// @throws ConfigError  if one side holds a table where the other holds something else.
/// Source: qualia_core.utils.merge_dict without merge_lists.
QUALIA_SNN_API Value merge_template(const Value& value, const Value& defaults, const std::string& path);

/// Merges `[model_template]` into every `[[model]]` of a configuration, as Qualia does right after parsing.
///
/// @throws ConfigError  if there is no list of models.
QUALIA_SNN_API void apply_model_template(Value& config);

}  // namespace qualia_snn::config
