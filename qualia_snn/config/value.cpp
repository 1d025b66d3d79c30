#include "qualia_snn/config/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          constexpr std::string_view kHex = "0123456789ABCDEF";
          out += std::string("\\u00") + kHex[static_cast<unsigned char>(c) >> 4] + kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string shortest(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v > 0 ? "inf" : "-inf";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v).ptr;
  std::string text(buffer.data(), end);
  // TOML tells floats from integers by their spelling.
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(),
                                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

/// Python compares booleans, integers and floats as numbers.
std::optional<double> number(const Value& value) {
  if (const auto* v = value.get_if<bool>()) return *v ? 1 : 0;
  if (const auto* v = value.get_if<std::int64_t>()) return static_cast<double>(*v);
  if (const auto* v = value.get_if<double>()) return *v;
  return std::nullopt;
}

}  // namespace

std::string Location::str() const {
  if (!source) return "";
  return line > 0 ? qualia_snn::concat(*source, ":", line, ":", column) : *source;
}

Value::Value() : data_(Table{}) {}
Value::Value(bool v, Location where) : data_(v), location_(std::move(where)) {}
Value::Value(std::int64_t v, Location where) : data_(v), location_(std::move(where)) {}
Value::Value(double v, Location where) : data_(v), location_(std::move(where)) {}
Value::Value(std::string v, Location where) : data_(std::move(v)), location_(std::move(where)) {}
Value::Value(List v, Location where) : data_(std::move(v)), location_(std::move(where)) {}
Value::Value(Table v, Location where) : data_(std::move(v)), location_(std::move(where)) {}
Value::Value(None v, Location where) : data_(v), location_(std::move(where)) {}

const Value* Value::find(std::string_view key) const {
  if (const auto* table = get_if<Table>()) {
    for (const auto& entry : *table) {
      if (entry.key == key) return &entry.value;
    }
  }
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

void Value::set(std::string_view key, Value value, Location key_location) {
  if (auto* found = find(key)) {
    *found = std::move(value);
  } else {
    std::get<Table>(data_).push_back({std::string(key), std::move(key_location), std::move(value)});
  }
}

void Value::erase(std::string_view key) {
  if (auto* table = get_if<Table>()) {
    std::erase_if(*table, [&](const Entry& entry) { return entry.key == key; });
  }
}

std::string_view Value::type_name() const {
  constexpr std::array<std::string_view, 7> kNames = {"boolean", "integer", "float", "string", "list", "table", "None"};
  return kNames.at(data_.index());
}

std::string Value::str() const {
  struct Printer {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return shortest(v); }
    std::string operator()(const std::string& v) const { return quoted(v); }
    std::string operator()(const List& v) const {
      std::string out = "[";
      for (const auto& item : v) out += (out.size() > 1 ? ", " : "") + item.str();
      return out + "]";
    }
    std::string operator()(const Table& v) const {
      std::string out = "{";
      for (const auto& entry : v) {
        out += out.size() > 1 ? ", " : "";
        out += key_str(entry.key) + " = " + entry.value.str();
      }
      return out + "}";
    }
    std::string operator()(None) const { return "None"; }
  };
  return std::visit(Printer{}, data_);
}

std::string key_str(std::string_view key) { return is_bare_key(key) ? std::string(key) : quoted(key); }

bool equal(const Value& a, const Value& b) {
  if (const auto x = number(a), y = number(b); x && y) return *x == *y;
  if (a.type_name() != b.type_name()) return false;
  if (const auto* text = a.get_if<std::string>()) return *text == *b.get_if<std::string>();
  if (const auto* list = a.get_if<Value::List>()) {
    const auto& other = *b.get_if<Value::List>();
    return std::equal(list->begin(), list->end(), other.begin(), other.end(), equal);
  }
  if (const auto* table = a.get_if<Value::Table>()) {
    if (table->size() != b.get_if<Value::Table>()->size()) return false;
    return std::all_of(table->begin(), table->end(), [&](const Entry& entry) {
      const auto* other = b.find(entry.key);
      return other != nullptr && equal(entry.value, *other);
    });
  }
  return true;  // both None
}

}  // namespace qualia_snn::config
