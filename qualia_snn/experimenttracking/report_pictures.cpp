#include "qualia_snn/experimenttracking/report_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/markup.h"
#include "qualia_snn/experimenttracking/report_axis.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

constexpr std::size_t kLevels = 20;  // of shading: cells of one level share one path, which keeps the page small
constexpr std::size_t kMostColumns = 120;
constexpr std::size_t kMostMarks = 6000;  // of one raster

using Paths = std::array<std::string, kLevels>;

/// Level 0 is left out: nothing is drawn there.
std::size_t level_of(double share) {
  if (!(share > 0)) return 0;
  return static_cast<std::size_t>(std::ceil(std::min(share, 1.0) * (kLevels - 1)));
}

/// Adds a row of cells of size 1; neighbours of one level become one rectangle.
void add_row(Paths& paths, const std::vector<double>& shares, std::size_t row) {
  for (std::size_t start = 0, end = 0; start < shares.size(); start = end) {
    const auto level = level_of(shares[start]);
    for (end = start + 1; end < shares.size() && level_of(shares[end]) == level;) ++end;
    if (level > 0) paths[level] += concat('M', start, ' ', row, 'h', end - start, "v1h-", end - start, 'z');
  }
}

std::string shaded(const Paths& paths) {
  std::string text;
  for (std::size_t level = 1; level < kLevels; ++level) {
    if (paths[level].empty()) continue;
    const auto opacity = 0.05 + 0.95 * static_cast<double>(level) / (kLevels - 1);
    text += concat("<path fill-opacity=\"", coordinate(opacity), "\" d=\"", paths[level], "\"/>");
  }
  return text;
}

/// Means of neighbours, so that at most `most` values are left.
std::vector<double> means(const std::vector<double>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<double> fewer(most);
  for (std::size_t i = 0; i < most; ++i) {
    double sum = 0, number = 0;
    for (auto k = values.size() * i / most; k < values.size() * (i + 1) / most; ++k) {
      if (!drawable(values[k])) continue;
      sum += values[k];
      ++number;
    }
    fewer[i] = sum / number;  // NaN if there is none
  }
  return fewer;
}

bool spike_at(const Report::Raster& raster, std::int64_t step, std::int64_t neuron) {
  const auto index = static_cast<std::size_t>(step * raster.neurons + neuron);
  return index < raster.spikes.size() && raster.spikes[index] != 0;
}

/// Short recordings have a gap between steps, so that single spikes can be counted.
constexpr std::int64_t kMostSeparateSteps = 100;

struct Marks {
  std::string path;
  std::size_t number = 0;
};

Marks marks_of(const Report::Raster& raster, std::int64_t stride) {
  const bool separate = raster.steps <= kMostSeparateSteps;
  Marks marks;
  for (std::int64_t neuron = 0, row = 0; neuron < raster.neurons; neuron += stride, ++row) {
    for (std::int64_t step = 0; step < raster.steps; ++step) {
      if (!spike_at(raster, step, neuron)) continue;
      const auto start = step;
      while (!separate && step + 1 < raster.steps && spike_at(raster, step + 1, neuron)) ++step;
      const auto length = static_cast<double>(step + 1 - start);
      const auto width = coordinate(separate ? 0.84 : length);
      marks.path += concat('M', coordinate(static_cast<double>(start) + (separate ? 0.08 : 0)), ' ', row,
                           separate ? ".1" : ".05", 'h', width, "v.8h-", width, 'z');
      ++marks.number;
    }
  }
  return marks;
}

std::string step_marks(std::int64_t steps) {
  std::string text;
  const auto axis = epoch_axis(static_cast<std::size_t>(steps));
  for (const auto& tick : axis.ticks) {
    // A mark belongs to the middle of its step's column; places of epoch_axis are those of points.
    const auto step = axis.low + tick.place * (axis.high - axis.low);
    text += concat("<span style=\"left:", coordinate((step - 0.5) / static_cast<double>(steps) * 100), "%\">",
                   tick.text, "</span>");
  }
  return concat("<div class=\"epochs\" aria-hidden=\"true\">", text, "<i>time step</i></div>");
}

double spike_share(const Report::Raster& raster) {
  const auto places = static_cast<double>(raster.steps) * static_cast<double>(raster.neurons);
  const auto spikes = std::count_if(raster.spikes.begin(), raster.spikes.end(), [](auto spike) { return spike != 0; });
  return static_cast<double>(spikes) / places;
}

std::string drawing(const Report::Raster& raster, const Marks& marks, std::int64_t rows) {
  const auto height = std::clamp(static_cast<double>(rows) * 5, 60.0, 240.0);
  const auto title =
      concat("Spikes of ", plural(static_cast<std::size_t>(raster.neurons), "neuron"), " of ",
             escape_markup(raster.layer), " in ", plural(static_cast<std::size_t>(raster.steps), "time step"));
  return concat(
      "<div class=\"raster\"><div class=\"side\" aria-hidden=\"true\">neuron</div><svg role=\"img\" style=\"height:",
      coordinate(height), "px\" viewBox=\"0 0 ", raster.steps, ' ', rows, "\" preserveAspectRatio=\"none\"><title>",
      title, "</title><path d=\"", marks.path, "\"/></svg>", step_marks(raster.steps), "</div>");
}

}  // namespace

std::string strip(const std::vector<double>& values, double largest, const std::string& title) {
  auto shares = means(values, kMostColumns);
  for (auto& share : shares) share = drawable(share) && largest > 0 ? share / largest : 0;
  Paths paths;
  add_row(paths, shares, 0);
  return concat("<svg class=\"strip\" role=\"img\" viewBox=\"0 0 ", std::max<std::size_t>(1, shares.size()),
                " 1\" preserveAspectRatio=\"none\"><title>", escape_markup(title), "</title>", shaded(paths), "</svg>");
}

std::string square(const std::vector<std::vector<double>>& shares, const std::vector<double>& bars,
                   const std::string& title) {
  Paths paths;
  for (std::size_t row = 0; row < shares.size(); ++row) add_row(paths, shares[row], row);
  const auto size = static_cast<double>(shares.size());
  std::string recalls;
  for (std::size_t row = 0; row < bars.size(); ++row) {
    if (!(bars[row] > 0)) continue;
    const auto length = coordinate(std::min(bars[row], 1.0) * size * 0.18);
    recalls += concat('M', coordinate(size * 1.02), ' ', row, ".1h", length, "v.8h-", length, 'z');
  }
  return concat("<svg class=\"square\" role=\"img\" viewBox=\"0 0 ", coordinate(size * 1.2), ' ', shares.size(),
                "\"><title>", escape_markup(title), "</title><rect class=\"frame\" width=\"", shares.size(),
                "\" height=\"", shares.size(), "\"/>", shaded(paths), "<path class=\"recall\" d=\"", recalls,
                "\"/></svg>");
}

std::string raster(const Report::Raster& raster) {
  const auto caption = concat("<figcaption><h3>", escape_markup(raster.layer), "</h3><span class=\"unit\">",
                              escape_markup(raster.title), "</span></figcaption>");
  if (raster.steps <= 0 || raster.neurons <= 0) {
    return concat("<figure class=\"chart\">", caption, "<p class=\"note\">No spikes were recorded.</p></figure>\n");
  }
  std::int64_t stride = 1;
  auto marks = marks_of(raster, stride);
  while (marks.number > kMostMarks && stride < raster.neurons) marks = marks_of(raster, stride *= 2);
  const auto rows = (raster.neurons + stride - 1) / stride;
  auto note = concat(plural(static_cast<std::size_t>(raster.neurons), "neuron"), ", ",
                     plural(static_cast<std::size_t>(raster.steps), "time step"), ", ", figure(spike_share(raster)),
                     " spikes per neuron and step");
  if (stride > 1) note += concat("; one in ", stride, " neurons is drawn");
  return concat("<figure class=\"chart\">", caption, drawing(raster, marks, rows), "<p class=\"note\">", note,
                "</p></figure>\n");
}

}  // namespace qualia_snn::experimenttracking::report
