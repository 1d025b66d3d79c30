#pragma once

#include <string>

#include "qualia_snn/postprocessing/metric_table.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Counts the layers of the framework's model, a spiking one on the test set.
/// @throws DataError  if a spiking model has no test set.
CountedModel count_test_set(const PostprocessingContext& context, bool exclude_nonbinary);

/// Logs by how much the sum of a column differs from that of Qualia's code.
void tell_difference(const MetricTable& corrected, const MetricTable& as_qualia, const std::string& column);

}  // namespace qualia_snn::postprocessing
