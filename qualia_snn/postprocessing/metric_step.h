#pragma once

#include <string>

#include "qualia_snn/postprocessing/metric_table.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Counts the layers of a model that the framework has, a spiking one on the test set, where no step did so before.
/// @throws DataError  if a spiking model has no test set.
CountedModel count_test_set(TrainedModel& trained, const PostprocessingContext& context, bool exclude_nonbinary);

/// Logs by how much the sum of a column differs from that of Qualia's code.
void tell_difference(const MetricTable& corrected, const MetricTable& as_qualia, const std::string& column);

}  // namespace qualia_snn::postprocessing
