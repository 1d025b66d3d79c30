#include "qualia_snn/config/literal.h"

#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kEndOfWord = " \t\r\n,:=[](){}'\"#";
constexpr int kDeepest = 100;

std::string utf8(std::uint32_t code) {
  std::string out;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12), tail(6), tail(0);
  }
  return out;
}

std::string without_underscores(std::string_view word) {
  std::string digits;
  for (const char c : word) {
    if (c != '_') digits += c;
  }
  return digits;
}

/// Numbers as Python and TOML write them.
std::optional<Value> parse_number(std::string_view word, const Location& where) {
  if (word.empty() || word.front() == '_' || word.back() == '_') return std::nullopt;
  auto digits = without_underscores(word);
  const bool negative = digits.front() == '-';
  if (negative || digits.front() == '+') digits.erase(0, 1);
  if (digits.empty()) return std::nullopt;
  const double sign = negative ? -1 : 1;
  if (digits == "inf") return Value(sign * std::numeric_limits<double>::infinity(), where);
  if (digits == "nan") return Value(std::numeric_limits<double>::quiet_NaN(), where);
  if (std::string_view("0123456789.").find(digits.front()) == std::string_view::npos) return std::nullopt;

  int base = 10;
  if (digits.size() > 2 && digits[0] == '0') {
    const char kind = digits[1];
    base = kind == 'x' || kind == 'X' ? 16 : kind == 'o' || kind == 'O' ? 8 : kind == 'b' || kind == 'B' ? 2 : 10;
  }
  auto text = (negative ? "-" : "") + digits.substr(base == 10 ? 0 : 2);
  if (base != 10 && text.find_first_of("+-", negative ? 1 : 0) != std::string::npos) return std::nullopt;
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer, base);
  const bool whole = end == text.data() + text.size();
  if (whole && error == std::errc{}) return Value(integer, where);
  QUALIA_SNN_CHECK(!whole, ConfigError, where.str(), ": ", word, ": integers have at most 64 bits");
  if (base != 10) return std::nullopt;
  double real = 0;
  const auto [real_end, real_error] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (real_end != digits.data() + digits.size()) return std::nullopt;
  QUALIA_SNN_CHECK(real_error == std::errc{}, ConfigError, where.str(), ": ", word, ": out of the range of a float");
  return Value(sign * real, where);
}

class Parser {
 public:
  Parser(std::string_view text, const Location& where) : text_(text), where_(where) {}

  Value whole() {
    auto result = value(0);
    skip_space();
    if (position_ != text_.size()) fail("unexpected text behind the value");
    return result;
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw ConfigError(concat(where_.str(), ": ", what, " at character ", position_ + 1, " of ", text_,
                             "; expected a Python literal, a TOML value or a bare word"));
  }

  void skip_space() {
    while (position_ < text_.size() && kSpace.find(text_[position_]) != std::string_view::npos) ++position_;
  }
  char peek() {
    skip_space();
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++position_;
    return true;
  }

  Value value(int depth) {
    if (depth > kDeepest) fail("too deep a nesting");
    switch (peek()) {
      case '[':
        return list(']', depth);
      case '(':
        return list(')', depth);
      case '{':
        return table(depth);
      case '"':
      case '\'':
        return {string(), where_};
      default:
        return word();
    }
  }

  Value list(char close, int depth) {
    ++position_;
    Value::List items;
    bool comma = true;
    while (!take(close)) {
      if (!comma) fail("missing comma");
      items.push_back(value(depth + 1));
      comma = take(',');
    }
    // Python: (1) is a number in brackets, (1,) a tuple.
    if (close == ')' && items.size() == 1 && !comma) return items.front();
    return {std::move(items), where_};
  }

  Value table(int depth) {
    ++position_;
    Value result(Value::Table{}, where_);
    bool comma = true;
    while (!take('}')) {
      if (!comma) fail("missing comma");
      auto* parent = &result;
      auto name = key();
      for (int dots = 1; take('.'); ++dots) {  // TOML: {a.b = 1}
        if (parent->find(name) == nullptr) parent->set(name, Value(Value::Table{}, where_), where_);
        parent = parent->find(name);
        if (!parent->is_table()) fail("a key that is no table");
        if (depth + dots > kDeepest) fail("too deep a nesting");
        name = key();
      }
      if (!take(':') && !take('=')) fail("missing \":\" or \"=\"");
      if (parent->find(name)) fail("a key that was given before");
      parent->set(name, value(depth + 1), where_);
      comma = take(',');
    }
    return result;
  }

  std::string key() {
    if (peek() == '"' || peek() == '\'') return string();
    const auto begin = position_;
    while (position_ < text_.size() && kEndOfWord.find(text_[position_]) == std::string_view::npos &&
           text_[position_] != '.') {
      ++position_;
    }
    if (position_ == begin) fail("missing key");
    return std::string(text_.substr(begin, position_ - begin));
  }

  std::uint32_t hex(int digits) {
    std::uint32_t code = 0;
    const auto* begin = text_.data() + position_;
    if (text_.size() - position_ < static_cast<std::size_t>(digits)) fail("unfinished escape");
    if (std::from_chars(begin, begin + digits, code, 16).ptr != begin + digits || code > 0x10ffff) {
      fail("wrong escape");
    }
    position_ += static_cast<std::size_t>(digits);
    return code;
  }

  std::string escape() {
    if (position_ >= text_.size()) fail("unfinished escape");
    const char c = text_[position_++];
    switch (c) {
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case 'a':
        return "\a";
      case 'b':
        return "\b";
      case 'f':
        return "\f";
      case 'v':
        return "\v";
      case 'x':
        return utf8(hex(2));
      case 'u':
        return utf8(hex(4));
      case 'U':
        return utf8(hex(8));
      case '\\':
      case '\'':
      case '"':
        return {c};
      default:  // Python keeps what is no escape
        return {'\\', c};
    }
  }

  std::string string() {
    const char quote = text_[position_++];
    std::string out;
    while (true) {
      if (position_ >= text_.size()) fail("missing closing quote");
      const char c = text_[position_++];
      if (c == quote) return out;
      out += c == '\\' ? escape() : std::string(1, c);
    }
  }

  Value word() {
    const auto begin = position_;
    while (position_ < text_.size() && kEndOfWord.find(text_[position_]) == std::string_view::npos) ++position_;
    const auto text = text_.substr(begin, position_ - begin);
    if (text.empty()) fail("missing value");
    if (text == "true" || text == "True") return {true, where_};
    if (text == "false" || text == "False") return {false, where_};
    if (text == "None") return {None{}, where_};
    if (auto number = parse_number(text, where_)) return *number;
    if (position_ == text_.size() && begin == 0) return {std::string(text), where_};
    fail("a word without quotes");
  }

  std::string_view text_;
  const Location& where_;
  std::size_t position_ = 0;
};

}  // namespace

Value parse_literal(std::string_view text, const Location& where) {
  const bool structured = !text.empty() && std::string_view("[({'\"").find(text.front()) != std::string_view::npos;
  // What cannot be a literal is a word, whatever is in it: a=b, 2020-01-01, two words.
  if (!structured && text.find_first_of(kEndOfWord) != std::string_view::npos) return {std::string(text), where};
  if (text.empty()) return {std::string(), where};
  return Parser(text, where).whole();
}

Kind kind(const std::string& name, const std::string& params) {
  const Location where{std::make_shared<const std::string>(name), 0, 0};
  auto value = parse_literal(params, where);
  if (!value.is_table()) fail(value, "params", concat("expected a table, got ", value.type_name()));
  return {name, {std::move(value), "params"}, where, name};
}

}  // namespace qualia_snn::config
