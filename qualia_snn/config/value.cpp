#include "qualia_snn/config/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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
        if (static_cast<unsigned char>(c) < 0x20) {
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
  constexpr std::array<std::string_view, 6> kNames = {"boolean", "integer", "float", "string", "list", "table"};
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
        out += (is_bare_key(entry.key) ? entry.key : quoted(entry.key)) + " = " + entry.value.str();
      }
      return out + "}";
    }
  };
  return std::visit(Printer{}, data_);
}

}  // namespace qualia_snn::config
