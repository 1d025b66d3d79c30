#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qualia_snn::experimenttracking::report {

/// True if a chart can show the value: finite, and not so large that differences of two overflow.
bool drawable(double value);

/// Writes a figure with four significant digits: 0.0012, 1e-6, 1234, NaN.
std::string figure(double value);

/// As `figure`; a dash for NaN.
std::string measured(double value);

/// Writes a count with three significant digits: 987, 1.23 k, 45.6 M.
std::string count(double value);

/// Writes a size in memory: 512 B, 3.42 GiB.
std::string bytes(double value);

/// Writes a share with that many decimals: 94.32 %; a dash unless it is finite.
std::string percent(double share, int decimals = 1);

/// Writes a time span: 0.42 s, 3 min 5 s, 2 h 10 min.
std::string duration(double seconds);

/// Writes a value with that many decimals.
std::string fixed(double value, int decimals);

/// Writes a number for SVG or CSS, with at most two decimals.
std::string coordinate(double value);

/// Writes "1 epoch", "2 epochs".
std::string plural(std::size_t number, const std::string& noun);

/// A power of 1000 or 1024 and what is written after the figure: {1e6, " M"}, {1073741824, " GiB"}.
struct Prefix {
  double factor;
  const char* name;
};
Prefix count_prefix(double largest);
Prefix bytes_prefix(double largest);

}  // namespace qualia_snn::experimenttracking::report
