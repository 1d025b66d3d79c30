#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/learningframework/metrics.h"

namespace qualia_snn::command {

/// What one run of one model gave.
struct ModelResult {
  std::string name;
  std::int64_t run = 0;
  std::int64_t parameters = 0;
  std::optional<double> test_accuracy;  ///< none without evaluation or test set
  learningframework::Metrics metrics;   ///< train_... and test_... of the evaluation
  std::optional<std::string> weights;   ///< file that was written
};

/// What an action gave.
struct Results {
  std::vector<ModelResult> models;
  std::string logs;                   ///< CSV file of the action
  std::vector<std::string> left_out;  ///< enabled postprocessings that are not offered yet
};

/// Mean and standard deviation of a model's test accuracy over its runs.
struct RunStatistics {
  std::string name;
  std::int64_t runs;       ///< that have a test accuracy
  double mean, deviation;  ///< deviation: of a sample, 0 for one run
};

/// Returns the statistics of every model, in the order of their first results.
QUALIA_SNN_API std::vector<RunStatistics> statistics(const Results& results);

}  // namespace qualia_snn::command
