#include "qualia_snn/postprocessing/distribution_chart.h"

#include <algorithm>
#include <sstream>

#include "qualia_snn/core/markup.h"

namespace qualia_snn::postprocessing {
namespace {

constexpr int kColumns = 2, kCellWidth = 420, kCellHeight = 170, kLeft = 16, kTop = 44;
constexpr int kPlotWidth = 380, kPlotHeight = 96;

void draw_histogram(std::ostream& svg, const ParameterDistribution& parameter, int x, int y) {
  svg << "<text x='" << x << "' y='" << y + 12 << "'>" << escape_markup(parameter.name) << "</text>\n<text x='" << x
      << "' y='" << y + 28 << "' fill='#666'>" << parameter.min << " to " << parameter.max << ", mean "
      << parameter.mean << ", std " << parameter.std << "</text>\n";
  const auto& counts = parameter.histogram;
  const auto most = std::max<std::int64_t>(1, *std::max_element(counts.begin(), counts.end()));
  const double width = static_cast<double>(kPlotWidth) / static_cast<double>(counts.size());
  const int bottom = y + 36 + kPlotHeight;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const double height = kPlotHeight * static_cast<double>(counts[bin]) / static_cast<double>(most);
    svg << "<rect x='" << x + width * static_cast<double>(bin) << "' y='" << bottom - height << "' width='"
        << width * 0.92 << "' height='" << height << "' fill='#3b6fb6'><title>" << counts[bin] << "</title></rect>";
  }
  svg << "\n<path d='M" << x << ' ' << bottom << 'h' << kPlotWidth << "' stroke='#222'/><text x='" << x << "' y='"
      << bottom + 14 << "'>" << parameter.low << "</text><text x='" << x + kPlotWidth << "' y='" << bottom + 14
      << "' text-anchor='end'>" << parameter.high << "</text>\n";
}

}  // namespace

std::string distribution_chart(const std::string& model, const std::vector<ParameterDistribution>& distributions) {
  const int rows = (static_cast<int>(distributions.size()) + kColumns - 1) / kColumns;
  const int width = kLeft + kColumns * kCellWidth, height = kTop + rows * kCellHeight;
  std::ostringstream svg;
  svg.precision(4);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " << width << ' ' << height << "' width='" << width
      << "' height='" << height << "' font-family='sans-serif' font-size='12' fill='#222'>\n"
      << "<rect width='100%' height='100%' fill='#fff'/>\n<text x='" << kLeft << "' y='26' font-size='16'>"
      << escape_markup(model) << "</text>\n";
  for (std::size_t i = 0; i < distributions.size(); ++i) {
    const int column = static_cast<int>(i) % kColumns, row = static_cast<int>(i) / kColumns;
    draw_histogram(svg, distributions[i], kLeft + column * kCellWidth, kTop + row * kCellHeight);
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace qualia_snn::postprocessing
