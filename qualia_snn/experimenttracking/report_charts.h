#pragma once

#include <string>
#include <vector>

#include "qualia_snn/experimenttracking/report_axis.h"

namespace qualia_snn::experimenttracking::report {

/// One curve: a value for each epoch; a value that is not finite leaves a gap.
struct Series {
  std::string name;
  std::vector<double> values;
};

/// What `line_chart` draws.
struct LineChart {
  std::string title;
  std::string unit;  ///< of the vertical axis, said beside the title
  std::vector<Series> series;
  Scale scale = Scale::kLinear;
  std::string (*text)(double);  ///< writes a value, without the unit
  std::string remark;           ///< said below
};

/// How many curves `line_chart` can draw so that they are told apart.
constexpr std::size_t kMostSeries = 8;

/// Returns a <figure> of curves over epochs; its texts are HTML beside the SVG, so they keep their size when it
/// stretches.
std::string line_chart(const LineChart& chart);

/// Returns the indices of at most `most` values that keep the first, the last, all peaks and all dips.
std::vector<std::size_t> thinned(const std::vector<double>& values, std::size_t most);

/// Returns the epochs' marks below a chart.
std::string epoch_marks(std::size_t epochs);

/// Returns a horizontal bar of that share of its cell.
std::string bar(double share);

/// A warning's or a tick's picture: meaning is never by colour alone.
std::string warning_icon();
std::string good_icon();

/// Returns a word with a warning icon; `kind` becomes a class of the element.
std::string flag(const std::string& kind, const std::string& text);

/// Returns an element that scrolls sideways by itself, for wide tables.
std::string scrolling(const std::string& label, const std::string& content);

/// Returns a table's head: names that start with '#' are of columns of figures.
std::string table_head(const std::vector<std::string>& names);

}  // namespace qualia_snn::experimenttracking::report
