#pragma once

#include <string>

#include "qualia_snn/postprocessing/metric_table.h"

namespace qualia_snn::postprocessing {

/// Returns a picture of the table of EnergyEstimationMetric, an SVG document: a bar per layer, of memory, operations
/// and addresses, in nJ.
std::string energy_chart(const std::string& model, const MetricTable& energies);

}  // namespace qualia_snn::postprocessing
