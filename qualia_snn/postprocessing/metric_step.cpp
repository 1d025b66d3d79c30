#include "qualia_snn/postprocessing/metric_step.h"

#include <algorithm>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::postprocessing {
namespace {

double sum_of(const MetricTable& table, const std::string& column) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), column);
  return table.rows.back().figures.at(static_cast<std::size_t>(found - table.columns.begin()));
}

}  // namespace

CountedModel count_test_set(TrainedModel& trained, const PostprocessingContext& context, bool exclude_nonbinary) {
  const auto& model = *trained.model;
  for (const auto& node : model.graph().nodes()) {
    if (!node.module->kind().starts_with("BatchNorm")) continue;
    log::warning(node.name + " is not counted: put the postprocessing FuseBatchNorm in front");
    break;
  }
  if (!model.shape().step_mode) return count_layers(model, {}, exclude_nonbinary);
  if (!trained.spikes) {
    trained.spikes = std::make_shared<SpikeStatistics>(
        measure_spikes(context.framework, test_set(context, "count spikes on"), context.batch_size));
  }
  return count_layers(model, *trained.spikes, exclude_nonbinary);
}

void tell_difference(const MetricTable& corrected, const MetricTable& as_qualia, const std::string& column) {
  const double ours = sum_of(corrected, column), theirs = sum_of(as_qualia, column);
  log::info(concat("corrected: ", column, " is ", ours, "; Qualia's code gives ", theirs, ", ",
                   100 * (theirs / ours - 1), " % more"));
}

}  // namespace qualia_snn::postprocessing
