#include "qualia_snn/experimenttracking/report_charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/markup.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

constexpr std::size_t kMostPoints = 300;
constexpr double kWidth = 1000;   // of the drawing, stretched to the page
constexpr double kHeight = 200;   // pixels, as the style sheet has it: labels are kept apart by pixels
constexpr double kSpacing = 15;   // pixels between two labels
constexpr double kMargin = 0.02;  // of the width, so that the first and last points are not cut

double across(const Axis& epochs, std::size_t index) {
  return kWidth * (kMargin + (1 - 2 * kMargin) * epochs.place(static_cast<double>(index) + 1));
}

double down(const Axis& values, double value) { return kHeight * (1 - values.place(value)); }

std::size_t longest(const std::vector<Series>& series) {
  std::size_t length = 0;
  for (const auto& curve : series) length = std::max(length, curve.values.size());
  return length;
}

/// The index of the last value that can be drawn; the number of values if there is none.
std::size_t last_drawn(const std::vector<double>& values) {
  const auto found = std::find_if(values.rbegin(), values.rend(), drawable);
  return found == values.rend() ? values.size() : static_cast<std::size_t>(values.rend() - found) - 1;
}

/// A point between two gaps is a line of no length: its round caps draw a dot that does not stretch.
std::string path_of(const std::vector<double>& values, const Axis& epochs, const Axis& axis) {
  std::string path;
  bool pen_down = false, dot = false;
  for (const auto index : thinned(values, kMostPoints)) {
    const auto value = values[index];
    if (!drawable(value)) {
      if (dot) path += "h0";
      pen_down = dot = false;
      continue;
    }
    path += concat(pen_down ? 'L' : 'M', coordinate(across(epochs, index)), ' ', coordinate(down(axis, value)));
    dot = !pen_down;
    pen_down = true;
  }
  return dot ? path + "h0" : path;
}

std::string grid(const Axis& axis) {
  std::string path;
  for (const auto& tick : axis.ticks) path += concat("M0 ", coordinate(kHeight * (1 - tick.place)), "h", kWidth);
  return concat("<path class=\"grid\" d=\"", path, "\"/>");
}

std::string curves(const LineChart& chart, const Axis& epochs, const Axis& axis) {
  std::string text;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& values = chart.series[i].values;
    text += concat("<path class=\"line s", i % kMostSeries, "\" d=\"", path_of(values, epochs, axis), "\"/>");
    if (const auto last = last_drawn(values); last < values.size()) {
      text += concat("<path class=\"dot s", i % kMostSeries, "\" d=\"M", coordinate(across(epochs, last)), ' ',
                     coordinate(down(axis, values[last])), "h0\"/>");
    }
  }
  return text;
}

struct Label {
  std::size_t series;
  double top;
  std::string text;
};

/// Pushes labels apart, downwards first, then up from the lower edge.
void separate(std::vector<Label>& labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.top < b.top; });
  for (std::size_t i = 1; i < labels.size(); ++i) labels[i].top = std::max(labels[i].top, labels[i - 1].top + kSpacing);
  auto limit = kHeight;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    label->top = std::min(label->top, limit);
    limit = label->top - kSpacing;
  }
}

std::string last_values(const LineChart& chart, const Axis& axis) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& values = chart.series[i].values;
    const auto last = last_drawn(values);
    if (last < values.size()) labels.push_back({i, down(axis, values[last]), chart.text(values[last])});
  }
  separate(labels);
  std::string text;
  for (const auto& label : labels) {
    text += concat("<span class=\"s", label.series % kMostSeries, "\" style=\"top:", coordinate(label.top), "px\">",
                   label.text, "</span>");
  }
  return concat("<div class=\"ends\" aria-hidden=\"true\">", text, "</div>");
}

std::string value_marks(const Axis& axis) {
  std::string text;
  for (const auto& tick : axis.ticks) {
    text += concat("<span style=\"bottom:", coordinate(tick.place * 100), "%\">", tick.text, "</span>");
  }
  return concat("<div class=\"marks\" aria-hidden=\"true\">", text, "</div>");
}

std::string legend(const std::vector<Series>& series) {
  if (series.size() < 2) return "";
  std::string text;
  for (std::size_t i = 0; i < series.size(); ++i) {
    text += concat("<li><svg class=\"key\" viewBox=\"0 0 26 8\" aria-hidden=\"true\"><path class=\"line s",
                   i % kMostSeries, "\" d=\"M2 4H24\"/></svg>", escape_markup(series[i].name), "</li>");
  }
  return concat("<ul class=\"legend\">", text, "</ul>");
}

/// What a reader who does not see the curves is told.
std::string description(const LineChart& chart) {
  std::string text = chart.title + " over " + plural(longest(chart.series), "epoch");
  for (const auto& curve : chart.series) {
    const auto first = std::find_if(curve.values.begin(), curve.values.end(), drawable);
    text += "; ";
    if (!curve.name.empty()) text += curve.name + " ";
    if (first == curve.values.end()) {
      text += "without values";
      continue;
    }
    text += "from " + chart.text(*first) + " to " + chart.text(curve.values[last_drawn(curve.values)]);
  }
  return escape_markup(chart.unit.empty() ? text : text + ", in " + chart.unit);
}

/// Says which epochs a curve does not show.
std::string gaps(const Series& curve) {
  std::size_t number = 0, first = 0;
  for (std::size_t i = 0; i < curve.values.size(); ++i) {
    if (drawable(curve.values[i])) continue;
    if (number++ == 0) first = i + 1;
  }
  if (number == 0) return "";
  const auto name = curve.name.empty() ? "No finite value" : escape_markup(curve.name) + ": no finite value";
  return concat("<p class=\"note\">", warning_icon(), name, " in ", plural(number, "epoch"),
                number == 1 ? " (epoch " : ", first in epoch ", first, number == 1 ? ")" : "", ".</p>");
}

}  // namespace

std::vector<std::size_t> thinned(const std::vector<double>& values, std::size_t most) {
  std::vector<std::size_t> indices;
  if (values.size() <= most) {
    indices.resize(values.size());
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
  }
  const auto groups = most / 2 - 1;  // each gives its smallest and its largest value; two are for the ends
  const auto add = [&](std::size_t index) {
    if (indices.empty() || indices.back() < index) indices.push_back(index);
  };
  add(0);
  for (std::size_t group = 0; group < groups; ++group) {
    const auto end = values.size() * (group + 1) / groups;
    auto low = values.size() * group / groups, high = low;
    for (auto i = low; i < end; ++i) {
      if (!drawable(values[i])) continue;
      if (!drawable(values[low]) || values[i] < values[low]) low = i;
      if (!drawable(values[high]) || values[i] > values[high]) high = i;
    }
    add(std::min(low, high));
    add(std::max(low, high));
  }
  add(values.size() - 1);
  return indices;
}

std::string epoch_marks(std::size_t epochs) {
  std::string text;
  for (const auto& tick : epoch_axis(epochs).ticks) {
    text += concat("<span style=\"left:", coordinate(100 * (kMargin + (1 - 2 * kMargin) * tick.place)), "%\">",
                   tick.text, "</span>");
  }
  return concat("<div class=\"epochs\" aria-hidden=\"true\">", text, "<i>epoch</i></div>");
}

std::string line_chart(const LineChart& chart) {
  std::vector<double> all;
  for (const auto& curve : chart.series) all.insert(all.end(), curve.values.begin(), curve.values.end());
  const auto axis = value_axis(all, chart.scale);
  const auto epochs = epoch_axis(longest(chart.series));
  auto unit = chart.unit;
  if (axis.logarithmic) unit += unit.empty() ? "logarithmic" : ", logarithmic";
  std::string notes;
  for (const auto& curve : chart.series) notes += gaps(curve);
  if (!chart.remark.empty()) notes += concat("<p class=\"note\">", escape_markup(chart.remark), "</p>");
  return concat("<figure class=\"chart\">\n<figcaption><h3>", escape_markup(chart.title), "</h3>",
                unit.empty() ? "" : "<span class=\"unit\">" + escape_markup(unit) + "</span>", legend(chart.series),
                "</figcaption>\n<div class=\"plot\">", value_marks(axis), "<svg role=\"img\" viewBox=\"0 0 ", kWidth,
                ' ', kHeight, "\" preserveAspectRatio=\"none\"><title>", description(chart), "</title>", grid(axis),
                curves(chart, epochs, axis), "</svg>", last_values(chart, axis), epoch_marks(longest(chart.series)),
                "</div>\n", notes, "</figure>\n");
}

std::string bar(double share) {
  const auto width = drawable(share) ? std::clamp(share, 0.0, 1.0) * 100 : 0;
  return concat("<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:", coordinate(width), "%\"></i></span>");
}

std::string warning_icon() {
  return "<svg class=\"icon warn\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M8 1.8 15 14.2H1Z\"/>"
         "<path class=\"mark\" d=\"M8 6v4M8 12.1h0\"/></svg>";
}

std::string good_icon() {
  return "<svg class=\"icon good\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"7\"/>"
         "<path class=\"mark\" d=\"M4.8 8.3 7 10.5 11.2 5.8\"/></svg>";
}

std::string flag(const std::string& kind, const std::string& text) {
  return concat("<span class=\"flag ", kind, "\">", warning_icon(), text, "</span>");
}

std::string scrolling(const std::string& label, const std::string& content) {
  return concat("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", escape_markup(label), "\">",
                content, "</div>\n");
}

std::string table_head(const std::vector<std::string>& names) {
  std::string cells;
  for (const auto& name : names) {
    const bool figures = name.starts_with('#');
    cells += concat("<th scope=\"col\"", figures ? " class=\"num\"" : "", ">",
                    escape_markup(figures ? name.substr(1) : name), "</th>");
  }
  return concat("<thead><tr>", cells, "</tr></thead>");
}

}  // namespace qualia_snn::experimenttracking::report
