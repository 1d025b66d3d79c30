#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Returns names and values as a YAML file, one to a line; texts are quoted. An empty list gives "{}".
///
/// PyYAML, which reads YAML 1.1, gets the same types back.
QUALIA_SNN_API std::string yaml_mapping(
    const std::vector<std::pair<std::string, std::variant<bool, std::int64_t, double, std::string>>>& entries);

}  // namespace qualia_snn::io
