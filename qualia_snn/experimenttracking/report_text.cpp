#include "qualia_snn/experimenttracking/report_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "qualia_snn/core/error.h"

namespace qualia_snn::experimenttracking::report {
namespace {

/// Unlike printf, to_chars does not depend on the locale.
std::string digits(double value, std::chars_format format, int precision) {
  std::array<char, 400> buffer;  // the longest double has 309 digits before the point
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision).ptr;
  return {buffer.data(), end};
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// 1.50e-06 to 1.5e-6.
std::string short_scientific(double value, int precision) {
  const auto text = digits(value, std::chars_format::scientific, precision);
  const auto e = text.find('e');
  const auto zeros = text.find_first_not_of('0', e + 2);
  const auto exponent = zeros == std::string::npos ? "0" : text.substr(zeros);
  return concat(without_trailing_zeros(text.substr(0, e)), text[e + 1] == '-' ? "e-" : "e", exponent);
}

std::string not_finite(double value) { return std::isnan(value) ? "NaN" : value > 0 ? "∞" : "-∞"; }

/// Decimals with which a value has that many significant digits.
int decimals_of(double value, int significant) {
  if (value == 0) return 0;
  return std::clamp(significant - 1 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 0, 12);
}

std::string significant(double value, int number) {
  return without_trailing_zeros(fixed(value, decimals_of(value, number)));
}

template <std::size_t N>
Prefix prefix_of(const std::array<Prefix, N>& prefixes, double largest) {
  auto best = prefixes.front();
  for (const auto& prefix : prefixes) {
    if (std::abs(largest) >= prefix.factor) best = prefix;
  }
  return best;
}

std::string with_prefix(double value, Prefix prefix) {
  const auto scaled = value / prefix.factor;
  return std::abs(scaled) >= 1e6 ? short_scientific(value, 2) : significant(scaled, 3) + prefix.name;
}

}  // namespace

bool drawable(double value) { return std::isfinite(value) && std::abs(value) < 1e300; }

std::string figure(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  const auto magnitude = std::abs(value);
  if (magnitude != 0 && (magnitude < 9.9995e-4 || magnitude >= 1e6)) return short_scientific(value, 2);
  return significant(value, 4);
}

std::string measured(double value) { return std::isnan(value) ? "–" : figure(value); }

std::string count(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  // 999999 would be 1000 k: the prefix is that of the rounded figure.
  return with_prefix(value, count_prefix(value * (1 + 5e-4)));
}

std::string bytes(double value) {
  return std::isfinite(value) ? with_prefix(value, bytes_prefix(value)) : not_finite(value);
}

std::string percent(double share, int decimals) {
  return drawable(share) && std::abs(share) < 1e6 ? fixed(share * 100, decimals) + " %" : "–";
}

std::string duration(double seconds) {
  if (!(seconds >= 0) || seconds > 1e10) return "–";
  if (seconds < 59.95) return significant(seconds, seconds < 10 ? 2 : 3) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return concat(whole / 60, " min ", whole % 60, " s");
  if (whole < 48 * 3600) return concat(whole / 3600, " h ", whole / 60 % 60, " min");
  return concat(whole / 86400, " d ", whole / 3600 % 24, " h");
}

std::string fixed(double value, int decimals) { return digits(value, std::chars_format::fixed, decimals); }

std::string coordinate(double value) {
  if (!drawable(value)) return "0";
  const auto text = without_trailing_zeros(fixed(value, 2));
  return text == "-0" ? "0" : text;
}

std::string plural(std::size_t number, const std::string& noun) {
  return concat(number, " ", noun, number == 1 ? "" : "s");
}

Prefix count_prefix(double largest) {
  static constexpr std::array<Prefix, 6> kPrefixes{
      {{1, ""}, {1e3, " k"}, {1e6, " M"}, {1e9, " G"}, {1e12, " T"}, {1e15, " P"}}};
  return prefix_of(kPrefixes, largest);
}

Prefix bytes_prefix(double largest) {
  static constexpr std::array<Prefix, 6> kPrefixes{{{1, " B"},
                                                    {1024, " KiB"},
                                                    {1048576, " MiB"},
                                                    {1073741824, " GiB"},
                                                    {1099511627776, " TiB"},
                                                    {1125899906842624, " PiB"}}};
  return prefix_of(kPrefixes, largest);
}

}  // namespace qualia_snn::experimenttracking::report
