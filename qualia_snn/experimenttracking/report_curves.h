#pragma once

#include <optional>
#include <string>

#include "qualia_snn/experimenttracking/report.h"

namespace qualia_snn::experimenttracking::report {

/// The best value of an accuracy on the validation set (without one: the training set), and its epoch from 1.
struct BestEpoch {
  std::string metric;
  double value;
  std::size_t epoch;
};
std::optional<BestEpoch> best_epoch(const Report& report);

/// Returns the charts of loss, metrics, learning rate, throughput and memory, and the table of epochs.
std::string curves_section(const Report& report);

}  // namespace qualia_snn::experimenttracking::report
