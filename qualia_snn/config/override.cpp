#include "qualia_snn/config/override.h"

#include <charconv>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Value& list_item(Value::List& list, const std::string& word, const std::string& key, const std::string& path) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool is_number = error == std::errc{} && end == key.data() + key.size();
  QUALIA_SNN_CHECK(is_number && index < list.size(), ConfigError, word, ": ", path, " is a list of ", list.size(),
                   "; expected a position from 0 to ", static_cast<std::int64_t>(list.size()) - 1, ", got \"", key,
                   "\"");
  return list[index];
}

void apply(Value& config, const std::string& word) {
  const auto equals = word.find('=');
  QUALIA_SNN_CHECK(word.starts_with("--") && equals != std::string::npos && equals > 2, ConfigError, word,
                   ": not understood; overrides have the form --table.key=value");
  const auto keys = split(std::string_view(word).substr(2, equals - 2), '.');
  const Location where{std::make_shared<const std::string>(word), 0, 0};

  Value* node = &config;
  std::string path;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& key = keys[i];
    QUALIA_SNN_CHECK(!key.empty(), ConfigError, word, ": empty key; overrides have the form --table.key=value");
    if (auto* list = node->get_if<Value::List>()) {
      node = &list_item(*list, word, key, path);
    } else {
      QUALIA_SNN_CHECK(node->is_table(), ConfigError, word, ": ", path, " = ", node->str(), " is no table (",
                       node->location().str(), ")");
      if (node->find(key) == nullptr) node->set(key, Value(Value::Table{}, where), where);
      node = node->find(key);
    }
    path += (path.empty() ? "" : ".") + key;
  }
  *node = parse_scalar(std::string_view(word).substr(equals + 1), where);
}

}  // namespace

Value parse_scalar(std::string_view text, const Location& where) {
  // More than one line would be more than one TOML value, of which all but the first were lost.
  if (text.find('\n') != std::string_view::npos) return {std::string(text), where};
  if (text == "True") return {true, where};
  if (text == "False") return {false, where};
  const bool structured = !text.empty() && std::string_view("[{\"'").find(text.front()) != std::string_view::npos;
  try {
    const auto parsed = *parse_text("v = " + std::string(text), "value").find("v");
    if (const auto* v = parsed.get_if<bool>()) return {*v, where};
    if (const auto* v = parsed.get_if<std::int64_t>()) return {*v, where};
    if (const auto* v = parsed.get_if<double>()) return {*v, where};
    if (const auto* v = parsed.get_if<std::string>()) return {*v, where};
  } catch (const ConfigError&) {
    if (!structured) return {std::string(text), where};  // a bare word
  }
  throw ConfigError(concat(where.str(), ": the value is no scalar; expected a number, a word, or text in quotes"));
}

std::vector<std::string> apply_overrides(Value& config, const std::vector<std::string>& words) {
  std::vector<std::string> warnings;
  for (const auto& word : words) {
    apply(config, word);
    // Qualia: the template was merged into the models when the file was parsed.
    if (word.starts_with("--model_template.")) {
      warnings.push_back(word +
                         ": has no effect; model_template was already merged into the models (use --model.0...)");
    }
  }
  return warnings;
}

}  // namespace qualia_snn::config
