#pragma once

#include <string>
#include <string_view>

#include "qualia_snn/config/value.h"

namespace qualia_snn::config {

/// A table of options that a component reads, with its path in the configuration for messages.
struct Params {
  Value value;       ///< a table
  std::string path;  ///< for example "model.0.params"
};

/// A component chosen by name: `{kind = "LIFNode", params = {...}}`, or just `"LIFNode"`.
struct Kind {
  std::string kind;
  Params params;
  Location location;  ///< of the kind's name
  std::string path;

  static void options(auto&& o) {
    o("kind", &Kind::kind, "name of the component").required();
    o("params", &Kind::params, "its options");
  }
};

/// Throws `ConfigError("where: path = value: complaint")`.
[[noreturn]] QUALIA_SNN_API void fail(const Location& where, const std::string& path, const Value* value,
                                      std::string_view complaint);
[[noreturn]] QUALIA_SNN_API void fail(const Value& value, const std::string& path, std::string_view complaint);

}  // namespace qualia_snn::config
