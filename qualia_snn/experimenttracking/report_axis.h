#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace qualia_snn::experimenttracking::report {

/// A span of values with marks at round figures.
struct Axis {
  struct Tick {
    double place;  ///< from 0 to 1
    std::string text;
  };
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<Tick> ticks;

  /// Returns where a value lies, from 0 to 1.
  double place(double value) const;
};

/// Which axis `value_axis` may choose.
enum class Scale { kLinear, kFromZero, kLogarithmicIfWide };

/// Returns the axis of a quantity; values that cannot be drawn do not count.
Axis value_axis(const std::vector<double>& values, Scale scale);

/// Returns the axis of that many epochs, the first being 1.
Axis epoch_axis(std::size_t epochs);

}  // namespace qualia_snn::experimenttracking::report
