#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace qualia_snn::command {

/// Writes the logs of a model's postprocessings; what was written before the run was resumed is replaced.
class StepLogs {
 public:
  /// @param written  paths of the logs that are there already, in their order; grows, and outlives this
  /// @param grown    called after that
  StepLogs(std::string root, std::string bench, std::vector<std::string>& written, std::function<void()> grown);

  /// Writes the next log, logs/<bench>/<kind>/<date><suffix>. @return  its path.
  /// @throws DataError
  std::string operator()(const std::string& kind, const std::string& suffix, const std::string& text);

 private:
  std::string root_, bench_;
  std::vector<std::string>& written_;
  std::function<void()> grown_;
  std::size_t next_ = 0;
};

}  // namespace qualia_snn::command
