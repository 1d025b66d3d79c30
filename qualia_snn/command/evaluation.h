#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/experimenttracking/evaluation_log.h"
#include "qualia_snn/learningframework/draws.h"

namespace qualia_snn::command {

/// The figures of one model.
struct Evaluation {
  learningframework::Metrics metrics;   ///< train_..., then test_...
  std::optional<double> test_accuracy;  ///< none without a test set or the metric acc
  double seconds_per_sample = 0;        ///< of the last set
  at::Tensor confusion_matrix;          ///< int64 counts [K, K] of the last set, rows are truth; undefined: not counted
};

/// Evaluates the framework's model on the training and the test set; writes Qualia's text log and prints the figures.
///
/// @param name  of the model with its run, for example "scnn_r1"
Evaluation evaluate_model(const Bench& bench, const std::string& name, std::int64_t batch_size,
                          learningframework::Draws& draws, experimenttracking::EvaluationLog& log);

/// Does the same on one set.
/// @param log_name  of the evaluation in the log
Evaluation evaluate_set(const Bench& bench, const std::string& log_name, const std::string& set,
                        const datamodel::RawData& data, std::int64_t batch_size, learningframework::Draws& draws,
                        experimenttracking::EvaluationLog& log);

/// Returns the cell of a log table as Qualia writes it: the float32 figure, or "None".
std::string accuracy_text(const std::optional<double>& accuracy);

}  // namespace qualia_snn::command
