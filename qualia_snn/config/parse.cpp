#include "qualia_snn/config/parse.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

class Converter {
 public:
  explicit Converter(const std::string& source) : source_(std::make_shared<const std::string>(source)) {}

  Value convert(const toml::node& node) const {
    const auto where = location(node.source());
    if (const auto* v = node.as_boolean()) return {v->get(), where};
    if (const auto* v = node.as_integer()) return {v->get(), where};
    if (const auto* v = node.as_floating_point()) return {v->get(), where};
    if (const auto* v = node.as_string()) return {v->get(), where};
    if (const auto* v = node.as_array()) {
      Value::List list;
      for (const auto& item : *v) list.push_back(convert(item));
      return {std::move(list), where};
    }
    if (const auto* v = node.as_table()) {
      Value::Table table;
      for (const auto& [key, item] : *v) {
        table.push_back({std::string(key.str()), location(key.source()), convert(item)});
      }
      // toml++ sorts tables by key; people read errors, dumps and lists in the order they wrote.
      std::stable_sort(table.begin(), table.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.location.line, a.location.column) < std::pair(b.location.line, b.location.column);
      });
      return {std::move(table), where};
    }
    throw ConfigError(concat(where.str(), ": dates and times are not accepted; write a string"));
  }

 private:
  Location location(const toml::source_region& region) const {
    return {source_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  std::shared_ptr<const std::string> source_;
};

/// Refuses keys of very many parts, which would exhaust the stack: tables are trees.
void check_key_depth(std::string_view text, const std::string& source) {
  constexpr int kDeepest = 100;
  int dots = 0, line = 1;
  char quote = '\0';
  for (const char c : text) {
    if (c == '\n') ++line;
    if (quote != '\0') {
      if (c == quote || c == '\n') quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '.') {
      QUALIA_SNN_CHECK(++dots <= kDeepest, ConfigError, source, ":", line, ": a key of more than ", kDeepest, " parts");
    } else if (std::string_view("=,{}[]#\n").find(c) != std::string_view::npos) {
      dots = 0;
    }
  }
}

}  // namespace

Value parse_text(std::string_view text, const std::string& source) {
  check_key_depth(text, source);
  try {
    const auto table = toml::parse(text, std::string_view(source));
    return Converter(source).convert(table);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    throw ConfigError(concat(source, ":", at.line, ":", at.column, ": not valid TOML: ", error.description()));
  }
}

Value parse_file(const std::string& path) {
  std::error_code ignored;
  QUALIA_SNN_CHECK(!std::filesystem::is_directory(path, ignored), ConfigError, path,
                   ": is a folder; expected a TOML file");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  QUALIA_SNN_CHECK(file && (text << file.rdbuf() || file.peek() == EOF), ConfigError, path,
                   ": cannot be read; expected a TOML file");
  return parse_text(text.str(), path);
}

}  // namespace qualia_snn::config
