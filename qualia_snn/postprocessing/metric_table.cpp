#include "qualia_snn/postprocessing/metric_table.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <utility>

#include "qualia_snn/io/csv.h"
#include "qualia_snn/io/python_text.h"

namespace qualia_snn::postprocessing {
namespace {

using Kind = CountedLayer::Kind;
using Method = LayerCounts::Method;

/// Whether Qualia has a row for a layer: float models show those that do something.
bool has_row(const CountedLayer& layer, const CountedModel& model) {
  return model.spiking || layer.kind == Kind::kConv || layer.kind == Kind::kDense || layer.kind == Kind::kAdd ||
         layer.kind == Kind::kFlatten;
}

std::string method_text(const CountedModel& model, Method method) {
  if (!model.spiking) return "False";
  return method == Method::kHybrid ? "Hybrid" : "True";
}

MetricRow make_row(const CountedLayer& layer, const CountedModel& model, const LayerCounts& counts,
                   std::vector<double> figures) {
  MetricRow row{layer.name, std::move(figures), method_text(model, counts.method), model.spiking};
  if (!model.spiking) return row;
  row.in_rate = layer.in.rate();
  row.out_rate = layer.out.rate();
  row.in_count = layer.in.count(model.timesteps);
  row.out_count = layer.out.count(model.timesteps);
  row.in_binary = layer.in.binary;
  row.out_binary = layer.out.binary;
  return row;
}

MetricRow sum_of(const std::vector<MetricRow>& rows, const CountedModel& model, std::size_t columns) {
  MetricRow total{"Total", std::vector<double>(columns, 0.0), "False", model.spiking};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) total.figures[i] += row.figures[i];
  }
  if (!model.spiking) return total;
  const auto rate = [](const TensorStatistics& sums) { return sums.size == 0 ? 0.0 : sums.rate(); };
  total.method = model.uniform ? "True" : "Hybrid";
  total.in_rate = rate(model.in);
  total.out_rate = rate(model.out);
  total.in_count = model.in_count;
  total.out_count = model.out_count;
  // Qualia: those of the first and the last layer.
  total.in_binary = rows.front().in_binary;
  total.out_binary = rows.back().out_binary;
  return total;
}

std::string truth(bool value) { return value ? "True" : "False"; }

std::string rate_text(const MetricRow& row, double rate, bool binary) {
  if (!row.spiking) return "-";
  std::ostringstream text;
  text << std::setprecision(4) << rate << (binary ? "" : " (NB)");
  return text.str();
}

}  // namespace

MetricTable make_table(const CountedModel& model, std::vector<std::string> columns, const Figures& figures,
                       bool corrected) {
  MetricTable table{std::move(columns), {}};
  for (const auto& layer : model.layers) {
    if (!has_row(layer, model)) continue;
    const auto counts = count_operations(layer, model, corrected);
    table.rows.push_back(make_row(layer, model, counts, figures(layer, counts)));
  }
  table.rows.push_back(sum_of(table.rows, model, table.columns.size()));
  return table;
}

std::string csv_text(const MetricTable& table) {
  std::vector<std::string> head = {"name"};
  head.insert(head.end(), table.columns.begin(), table.columns.end());
  for (const char* column : {"input_spikerate", "output_spikerate", "input_count", "output_count", "input_is_binary",
                             "output_is_binary", "is_sj"}) {
    head.emplace_back(column);
  }
  std::string text = io::csv_line(head);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells = {row.name};
    for (const double figure : row.figures) cells.push_back(io::python_repr(figure));
    for (const double figure : {row.in_rate, row.out_rate, row.in_count, row.out_count}) {
      cells.push_back(row.spiking ? io::python_repr(figure) : std::string("None"));
    }
    cells.push_back(truth(row.in_binary));
    cells.push_back(truth(row.out_binary));
    cells.push_back(row.method);
    text += io::csv_line(cells);
  }
  return text;
}

std::string terminal_text(const MetricTable& table, double unit) {
  std::vector<std::vector<std::string>> lines = {{"layer"}};
  lines[0].insert(lines[0].end(), table.columns.begin(), table.columns.end());
  lines[0].insert(lines[0].end(), {"spiking", "input rate", "output rate"});
  for (const auto& row : table.rows) {
    std::vector<std::string> cells = {row.name};
    for (const double figure : row.figures) {
      std::ostringstream text;
      text << std::setprecision(4) << figure / unit;
      cells.push_back(text.str());
    }
    cells.push_back(row.method);
    cells.push_back(rate_text(row, row.in_rate, row.in_binary));
    cells.push_back(rate_text(row, row.out_rate, row.out_binary));
    lines.push_back(std::move(cells));
  }
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (const auto& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::ostringstream text;
  for (const auto& cells : lines) {
    text << '\n';
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text << (i == 0 ? std::left : std::right) << std::setw(static_cast<int>(widths[i])) << cells[i] << "  ";
    }
  }
  const bool non_binary = std::any_of(table.rows.begin(), table.rows.end(), [](const MetricRow& row) {
    return row.spiking && !(row.in_binary && row.out_binary);
  });
  if (non_binary) text << "\n(NB: no spikes, values other than 0 and 1)";
  return text.str();
}

}  // namespace qualia_snn::postprocessing
