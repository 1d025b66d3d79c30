#pragma once

#include <string>

#include "qualia_snn/config/registries.h"

namespace qualia_snn::command {

/// Returns the kinds of every category, or of one, a line each.
/// @throws ConfigError  for an unknown category.
QUALIA_SNN_API std::string list(const config::Registries& registries, const std::string& category = "");

/// Returns all about a kind: category, behaviour, source, options with type, default, range and help. A name that
/// several categories use gives all of them.
/// @throws ConfigError  for an unknown kind.
QUALIA_SNN_API std::string describe(const config::Registries& registries, const std::string& kind);

}  // namespace qualia_snn::command
