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
                   "; expected a position from 0 to ", static_cast<std::int64_t>(list.size()) - 1, ", got \"", key, "\"");
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
  if (text == "True" || text == "true") return {true, where};
  if (text == "False" || text == "false") return {false, where};
  const auto* begin = text.data();
  const auto* end = begin + text.size();
  std::int64_t integer = 0;
  if (auto [p, e] = std::from_chars(begin, end, integer); e == std::errc{} && p == end) return {integer, where};
  double real = 0;
  if (auto [p, e] = std::from_chars(begin, end, real); e == std::errc{} && p == end) return {real, where};
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  QUALIA_SNN_CHECK(text.empty() || (text.front() != '[' && text.front() != '{'), ConfigError, where.str(),
                   ": only scalars can be given on the command line");
  return {std::string(text), where};
}

std::vector<std::string> apply_overrides(Value& config, const std::vector<std::string>& words) {
  std::vector<std::string> warnings;
  for (const auto& word : words) {
    apply(config, word);
    // Qualia: the template was merged into the models when the file was parsed.
    if (word.starts_with("--model_template.")) {
      warnings.push_back(word + ": has no effect; model_template was already merged into the models (use --model.0...)");
    }
  }
  return warnings;
}

}  // namespace qualia_snn::config
