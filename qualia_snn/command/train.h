#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "qualia_snn/command/experiment.h"

namespace qualia_snn::command {

/// Surroundings of the action `train`.
struct TrainEnvironment {
  std::string root;  ///< where out/ and logs/ are
  std::chrono::steady_clock::time_point program_start;
  std::vector<std::string> warnings;  ///< about the configuration, shown once it is known to work
};

/// The action `train`.
Results train(const config::BenchConfig& config, const config::Registries& registries,
              const TrainEnvironment& environment);

}  // namespace qualia_snn::command
