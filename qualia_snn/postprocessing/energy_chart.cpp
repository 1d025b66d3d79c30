#include "qualia_snn/postprocessing/energy_chart.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "qualia_snn/core/markup.h"

namespace qualia_snn::postprocessing {
namespace {

struct Part {
  const char* column;
  const char* name;
  const char* colour;  ///< told apart without red and green too
};
constexpr std::array<Part, 3> kParts = {Part{"mem_total", "memory", "#3b6fb6"}, Part{"ops", "operations", "#e08a2c"},
                                        Part{"addr", "addressing", "#6b4c9a"}};
constexpr int kRow = 26, kBar = 16, kLeft = 330, kWidth = 480, kRight = 110, kTop = 76;
constexpr double kPicoPerNano = 1000;

std::size_t column_of(const MetricTable& table, const std::string& name) {
  return static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), name) - table.columns.begin());
}

void draw_legend(std::ostream& svg) {
  int x = kLeft;
  for (const auto& part : kParts) {
    svg << "<rect x='" << x << "' y='44' width='12' height='12' fill='" << part.colour << "'/><text x='" << x + 18
        << "' y='54'>" << part.name << "</text>\n";
    x += 130;
  }
}

void draw_row(std::ostream& svg, const MetricTable& table, const MetricRow& row, double longest, int y) {
  svg << "<text x='" << kLeft - 10 << "' y='" << y + 13 << "' text-anchor='end'>" << escape_markup(row.name)
      << "</text>";
  double x = kLeft;
  for (const auto& part : kParts) {
    const double energy = row.figures[column_of(table, part.column)];
    const double width = longest > 0 ? energy / longest * kWidth : 0;
    svg << "<rect x='" << x << "' y='" << y << "' width='" << width << "' height='" << kBar << "' fill='" << part.colour
        << "'><title>" << part.name << ": " << energy / kPicoPerNano << " nJ</title></rect>";
    x += width;
  }
  svg << "<text x='" << x + 6 << "' y='" << y + 13 << "'>" << row.figures[column_of(table, "total")] / kPicoPerNano
      << "</text>\n";
}

}  // namespace

std::string energy_chart(const std::string& model, const MetricTable& energies) {
  const auto total = column_of(energies, "total");
  const auto layers = energies.rows.size() - 1;  // the sum would dwarf them
  double longest = 0;
  for (std::size_t i = 0; i < layers; ++i) longest = std::max(longest, energies.rows[i].figures[total]);
  const int width = kLeft + kWidth + kRight, height = kTop + kRow * static_cast<int>(layers) + 16;
  std::ostringstream svg;
  svg.precision(4);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " << width << ' ' << height << "' width='" << width
      << "' height='" << height << "' font-family='sans-serif' font-size='13' fill='#222'>\n"
      << "<rect width='100%' height='100%' fill='#fff'/>\n<text x='16' y='26' font-size='16'>" << escape_markup(model)
      << ": " << energies.rows.back().figures[total] / kPicoPerNano << " nJ per inference</text>\n";
  draw_legend(svg);
  for (std::size_t i = 0; i < layers; ++i) {
    draw_row(svg, energies, energies.rows[i], longest, kTop + kRow * static_cast<int>(i));
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace qualia_snn::postprocessing
