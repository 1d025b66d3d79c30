#pragma once

#include <optional>
#include <string>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/evaluation.h"
#include "qualia_snn/command/results.h"
#include "qualia_snn/experimenttracking/report_recorder.h"
#include "qualia_snn/experimenttracking/tensorboard_logger.h"

namespace qualia_snn::command {

/// What a report says of one model besides what its training and evaluation gave.
struct ReportContext {
  const Bench& bench;
  const config::LoadedConfig& loaded;
  const Environment& environment;
};

/// Returns the report of a model that was trained and evaluated, or one of these.
experimenttracking::Report make_report(const ReportContext& context, const ModelRun& model_run,
                                       const ModelResult& result, const std::optional<Evaluation>& evaluation,
                                       const experimenttracking::ReportRecorder& recorder);

/// Writes logs/<bench>/report/<run>/<model>_r<i>.html; that it cannot be written is a warning, it must not cost a
/// training.
/// @param run  name of the run's logs
void write_report(const ReportContext& context, const std::string& run, const experimenttracking::Report& report);

/// Returns the pictures of a report for TensorBoard; none where this build cannot write PNG.
experimenttracking::NamedImages pictures(const experimenttracking::Report& report);

}  // namespace qualia_snn::command
