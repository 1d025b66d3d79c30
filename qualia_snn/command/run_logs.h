#pragma once

#include <string>
#include <vector>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/config/load_config.h"
#include "qualia_snn/experimenttracking/evaluation_log.h"
#include "qualia_snn/io/csv.h"

namespace qualia_snn::command {

/// The logs of one run of an action; all have the same name, in the folders of their kinds.
struct RunLogs {
  std::string name;           ///< which no other run has
  std::string configuration;  ///< path of the resolved configuration
  io::CsvTable results;
  experimenttracking::EvaluationLog evaluations;

  /// Removes the configuration of a run that failed before its first result.
  void discard_if_empty() const;
};

/// Refuses log folders that cannot be written, before any work.
/// @throws DataError
void check_log_folders(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind);

/// Writes the resolved configuration as logs/<bench>/<kind>/<name>.toml and returns the logs beside it.
/// @param columns  of the table of results
RunLogs begin_logs(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind,
                   const std::vector<std::string>& columns);

/// Returns the logs of a run that was left, under the name that it had claimed.
RunLogs continue_logs(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind,
                      const std::vector<std::string>& columns, const std::string& name);

}  // namespace qualia_snn::command
