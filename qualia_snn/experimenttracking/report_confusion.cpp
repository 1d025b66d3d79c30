#include "qualia_snn/experimenttracking/report_confusion.h"

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/report_charts.h"
#include "qualia_snn/experimenttracking/report_pictures.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

constexpr std::size_t kMostCountedClasses = 20;  // whose counts are written into the cells
constexpr std::size_t kListed = 10;              // rows of the lists beside the picture

struct Matrix {
  std::vector<std::vector<double>> counts, shares;  // [K, K]; shares are of the row
  std::vector<double> samples, recalls;             // NaN: a class without samples
};

Matrix matrix_of(const std::vector<std::vector<std::int64_t>>& counts) {
  const auto size = counts.size();
  Matrix matrix;
  for (std::size_t row = 0; row < size; ++row) {
    std::vector<double> line(size, 0.0);
    for (std::size_t column = 0; column < std::min(size, counts[row].size()); ++column) {
      line[column] = static_cast<double>(counts[row][column]);
    }
    double sum = 0;
    for (const auto number : line) sum += number;
    matrix.counts.push_back(line);
    matrix.samples.push_back(sum);
    matrix.recalls.push_back(sum > 0 ? line[row] / sum : NAN);
    for (auto& number : line) number = sum > 0 ? number / sum : 0;
    matrix.shares.push_back(std::move(line));
  }
  return matrix;
}

std::string cell(double number, double share, bool diagonal) {
  const auto shade = share > 0 ? 0.05 + 0.95 * share : 0;
  // The text turns where both colours are still readable, which is earlier in the dark: see the style sheet.
  const auto* ink = shade >= 0.68 ? " deep" : shade >= 0.57 ? " mid" : "";
  return concat("<td class=\"cell", ink, diagonal ? " hit" : "", number == 0 ? " none" : "",
                "\" style=\"--a:", coordinate(shade), "\">", count(number), "</td>");
}

std::string counted(const Matrix& matrix) {
  const auto size = matrix.counts.size();
  std::string head;
  for (std::size_t k = 0; k < size; ++k) head += concat("<th scope=\"col\">", k, "</th>");
  std::string rows;
  for (std::size_t row = 0; row < size; ++row) {
    rows += concat("<tr><th scope=\"row\">", row, "</th>");
    for (std::size_t column = 0; column < size; ++column) {
      rows += cell(matrix.counts[row][column], matrix.shares[row][column], row == column);
    }
    rows += concat("<td class=\"num\">", percent(matrix.recalls[row]), "</td><td class=\"grow\">",
                   bar(matrix.recalls[row]), "</td></tr>\n");
  }
  return scrolling("Confusion matrix", concat("<table class=\"matrix\"><thead><tr><th scope=\"col\">truth</th>", head,
                                              "<th scope=\"col\" class=\"num\" colspan=\"2\">recall</th></tr></thead>"
                                              "<tbody>\n",
                                              rows, "</tbody></table>"));
}

std::string pictured(const Matrix& matrix) {
  const auto size = matrix.counts.size();
  std::string across, down;
  // Marks at the middles of their cells; the picture is 1.2 times as wide as the matrix.
  for (const auto& tick : value_axis({0, static_cast<double>(size - 1)}, Scale::kFromZero).ticks) {
    const auto place = (std::stod(tick.text) + 0.5) / static_cast<double>(size) * 100;
    if (place > 100) continue;
    across += concat("<span style=\"left:", coordinate(place / 1.2), "%\">", tick.text, "</span>");
    down += concat("<span style=\"top:", coordinate(place), "%\">", tick.text, "</span>");
  }
  across += "<span style=\"left:93%\">recall</span>";
  return concat("<div class=\"pictured\"><div class=\"across\" aria-hidden=\"true\">", across,
                "</div><div class=\"down\" aria-hidden=\"true\">", down, "</div>",
                square(matrix.shares, matrix.recalls, concat("Confusion matrix of ", size, " classes")), "</div>\n");
}

std::string table(const std::string& title, const std::vector<std::string>& head, const std::string& rows) {
  return concat("<div class=\"list\"><h3>", title, "</h3><table>", table_head(head), "<tbody>\n", rows,
                "</tbody></table></div>\n");
}

std::string most_confused(const Matrix& matrix) {
  struct Confusion {
    std::size_t truth, prediction;
    double number;
  };
  std::vector<Confusion> confusions;
  for (std::size_t row = 0; row < matrix.counts.size(); ++row) {
    for (std::size_t column = 0; column < matrix.counts.size(); ++column) {
      const auto number = matrix.counts[row][column];
      if (row != column && number > 0) confusions.push_back({row, column, number});
    }
  }
  std::stable_sort(confusions.begin(), confusions.end(),
                   [](const auto& a, const auto& b) { return a.number > b.number; });
  if (confusions.size() > kListed) confusions.resize(kListed);
  if (confusions.empty()) return "";
  std::string rows;
  for (const auto& [truth, prediction, number] : confusions) {
    rows += concat("<tr><th scope=\"row\">", truth, " taken for ", prediction, "</th><td class=\"num\">", count(number),
                   "</td><td class=\"num\">", percent(matrix.shares[truth][prediction]), "</td></tr>\n");
  }
  return table("Most frequent confusions", {"Classes", "#Samples", "#Of the class"}, rows);
}

std::string worst_recalls(const Matrix& matrix) {
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < matrix.recalls.size(); ++k) {
    if (!std::isnan(matrix.recalls[k])) classes.push_back(k);
  }
  std::stable_sort(classes.begin(), classes.end(),
                   [&](auto a, auto b) { return matrix.recalls[a] < matrix.recalls[b]; });
  if (classes.size() > kListed) classes.resize(kListed);
  if (classes.empty()) return "";
  std::string rows;
  for (const auto k : classes) {
    rows += concat("<tr><th scope=\"row\">", k, "</th><td class=\"num\">", count(matrix.samples[k]),
                   "</td><td class=\"num\">", percent(matrix.recalls[k]), "</td></tr>\n");
  }
  return table("Lowest recalls", {"Class", "#Samples", "#Recall"}, rows);
}

}  // namespace

std::string confusion_section(const Report& report) {
  if (report.confusion_matrix.empty()) return "<p class=\"note\">The confusion matrix was not measured.</p>\n";
  const auto matrix = matrix_of(report.confusion_matrix);
  const bool small = matrix.counts.size() <= kMostCountedClasses;
  return concat("<p class=\"note\">Rows are the truth, columns the prediction; the shade is the share of the row",
                small ? ", the figure the number of samples" : "", ".</p>\n<div class=\"beside\">",
                small ? counted(matrix) : pictured(matrix), "<div class=\"lists\">", most_confused(matrix),
                small ? "" : worst_recalls(matrix), "</div></div>\n");
}

}  // namespace qualia_snn::experimenttracking::report
