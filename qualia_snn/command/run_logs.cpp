#include "qualia_snn/command/run_logs.h"

#include <filesystem>

#include "qualia_snn/config/dump.h"
#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::command {
namespace {

constexpr const char* kEvaluationsKind = "qualia_core_learningframework_PyTorch";

std::string folder(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind) {
  return experimenttracking::log_folder(environment.root, loaded.config.bench.name, kind);
}

}  // namespace

void check_log_folders(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind) {
  for (const auto& each : {kind, std::string(kEvaluationsKind)}) {
    io::AtomicFile(folder(loaded, environment, each) + "/log");
  }
}

void RunLogs::discard_if_empty() const {
  std::error_code ignored;
  if (!std::filesystem::exists(results.path(), ignored)) std::filesystem::remove(configuration, ignored);
}

RunLogs continue_logs(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind,
                      const std::vector<std::string>& columns, const std::string& name) {
  const auto results = folder(loaded, environment, kind) + "/" + name;
  // A run that failed before its first result took its configuration with it.
  io::write_new_file(results + ".toml", config::dump(loaded.resolved));
  return {name, results + ".toml", io::CsvTable(results + ".csv", columns),
          experimenttracking::EvaluationLog(folder(loaded, environment, kEvaluationsKind) + "/" + name + ".txt")};
}

RunLogs begin_logs(const config::LoadedConfig& loaded, const Environment& environment, const std::string& kind,
                   const std::vector<std::string>& columns) {
  const auto name = experimenttracking::claim_log_name(environment.root, folder(loaded, environment, kind), ".toml",
                                                       config::dump(loaded.resolved));
  return continue_logs(loaded, environment, kind, columns, name);
}

}  // namespace qualia_snn::command
