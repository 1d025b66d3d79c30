#pragma once

#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/postprocessing/counted_layers.h"
#include "qualia_snn/postprocessing/layer_counts.h"

namespace qualia_snn::postprocessing {

/// One row of a metric's table.
struct MetricRow {
  std::string name;
  std::vector<double> figures;
  std::string method;  ///< whether the layer is a spiking one: "True", "False" or "Hybrid", as Qualia writes it
  bool spiking = false;
  double in_rate = 0, out_rate = 0, in_count = 0, out_count = 0;  ///< of spiking models
  bool in_binary = false, out_binary = false;
};

/// The figures of all layers, and their sums in the last row.
struct MetricTable {
  std::vector<std::string> columns;  ///< names of the figures
  std::vector<MetricRow> rows;
};

/// What becomes of a layer's counts: one figure per column.
using Figures = std::function<std::vector<double>(const CountedLayer& layer, const LayerCounts& counts)>;

/// Makes the table of a model.
MetricTable make_table(const CountedModel& model, std::vector<std::string> columns, const Figures& figures,
                       bool corrected);

/// Returns the table as Qualia writes it: figures, then rates and counts of spikes.
std::string csv_text(const MetricTable& table);

/// Returns the table for a terminal.
/// @param unit  that figures are divided by
std::string terminal_text(const MetricTable& table, double unit);

}  // namespace qualia_snn::postprocessing
