#pragma once

namespace qualia_snn::config {

/// A number, or none, which a configuration writes as `false`.
///
/// In place of `std::optional<double>` where a struct is also compiled for instruction sets that this machine may lack:
/// templates of the standard library would be merged with those of other sources.
struct RealOrFalse {
  using value_type = double;

  double value = 0;
  bool given = false;

  constexpr RealOrFalse() = default;
  constexpr RealOrFalse(double v) : value(v), given(true) {}
  constexpr explicit operator bool() const { return given; }
  constexpr double operator*() const { return value; }
  bool operator==(const RealOrFalse&) const = default;
};

}  // namespace qualia_snn::config
