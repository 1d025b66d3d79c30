#include "qualia_snn/config/override.h"

#include "qualia_snn/config/literal.h"
#include "qualia_snn/config/merge.h"
#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

constexpr std::size_t kDeepest = 100;  // values are trees that functions walk by calling themselves

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

struct Override {
  std::vector<std::string> keys;
  Value value;
  Location where;
};

/// Checks the form of RFC 3629, which configurations have.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
    if (length == 4 && (lead < 0xf0 || lead > 0xf4)) return false;
    if (text.size() - i < length) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

Override parse_word(const std::string& word) {
  QUALIA_SNN_CHECK(is_utf8(word), ConfigError, "an override on the command line is not valid UTF-8");
  const auto equals = word.find('=');
  QUALIA_SNN_CHECK(word.starts_with("--") && equals != std::string::npos && equals > 2, ConfigError, word,
                   ": not understood; overrides have the form --table.key=value");
  const Location where{std::make_shared<const std::string>(word), 0, 0};
  Override result{split(std::string_view(word).substr(2, equals - 2), '.'),
                  parse_literal(std::string_view(word).substr(equals + 1), where), where};
  QUALIA_SNN_CHECK(result.keys.size() <= kDeepest, ConfigError, word.substr(0, 80), "...: more than ", kDeepest,
                   " keys in a path");
  for (const auto& key : result.keys) {
    QUALIA_SNN_CHECK(!key.empty(), ConfigError, word, ": empty key; overrides have the form --table.key=value");
  }
  return result;
}

/// Returns {a = {b = {c = value}}} for --a.b.c=value.
Value nested(const Override& change) {
  Value result = change.value;
  for (auto key = change.keys.rbegin(); key != change.keys.rend(); ++key) {
    result = Value(Value::Table{{*key, change.where, std::move(result)}}, change.where);
  }
  return result;
}

/// Returns what the path leads to, or nullptr.
const Value* find(const Value& config, const std::vector<std::string>& keys) {
  const Value* node = &config;
  for (const auto& key : keys) {
    if (const auto* list = node->get_if<Value::List>()) {
      std::size_t index = 0;
      while (index < list->size() && std::to_string(index) != key) ++index;
      node = index < list->size() ? &(*list)[index] : nullptr;
    } else {
      node = node->find(key);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace

std::vector<std::string> apply_overrides(Value& config, const std::vector<std::string>& words) {
  std::vector<std::string> warnings;
  for (const auto& word : words) {
    const auto change = parse_word(word);
    const auto* before = find(config, change.keys);
    const bool unites = before && before->is_list() && change.value.is_list();
    config = merge(nested(change), config, "", Lists::kUnite);
    if (const auto* after = find(config, change.keys); unites && !equal(*after, change.value)) {
      warnings.push_back(concat(word, ": lists are united as in Qualia: the value is now ", after->str(),
                                "; give positions (.0=, .1=) to replace elements"));
    }
    // Qualia: the template was merged into the models when the file was parsed.
    if (change.keys.front() == "model_template") {
      warnings.push_back(word +
                         ": has no effect; model_template was already merged into the models (use --model.0...)");
    }
  }
  return warnings;
}

}  // namespace qualia_snn::config
