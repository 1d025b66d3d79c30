#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::command {

/// Surroundings of an action.
struct Environment {
  std::string root;  ///< where out/ and logs/ are; "": the working folder
  /// From where the time to the first training step counts.
  std::chrono::steady_clock::time_point program_start = std::chrono::steady_clock::now();
  std::optional<datamodel::RawDataModel> data;                          ///< in place of what preprocess_data wrote
  std::vector<std::shared_ptr<learningframework::Observer>> observers;  ///< of every training call
  std::string command_line = {};                                        ///< that reproduces the run, for people
  bool resume = false;                                                  ///< training goes on where it was left
  std::function<bool()> interrupted = {};  ///< asked often: whether training should be kept and end; may be empty
};

}  // namespace qualia_snn::command
