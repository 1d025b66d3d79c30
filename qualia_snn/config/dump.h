#pragma once

#include <map>
#include <string>
#include <vector>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// Writes a configuration as a TOML file that reads back as the same values.
///
/// Each line ends with a comment that names the value's origin: file:line:column, the word of the command line, or
/// "default".
QUALIA_SNN_API std::string dump(const Value& config);

/// One scalar of a configuration, or a list of them, as TOML writes it.
struct Setting {
  std::string name;    ///< dotted: "model.0.epochs"
  std::string value;   ///< "20"
  std::string origin;  ///< as in `dump`
};

/// Returns every scalar of a configuration in its order.
QUALIA_SNN_API std::vector<Setting> settings(const Value& config);

/// Returns every scalar of a configuration as TOML writes it, under its dotted name: "model.0.epochs" is "20".
std::map<std::string, std::string> flatten(const Value& config);

}  // namespace qualia_snn::config
