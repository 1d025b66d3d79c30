#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "qualia_snn/command/environment.h"
#include "qualia_snn/command/results.h"
#include "qualia_snn/config/load_config.h"
#include "qualia_snn/core/state.h"
#include "qualia_snn/io/state_file.h"

namespace qualia_snn::command {

/// How far the action `train` has come: everything that a run needs to go on besides the checkpoint of its training
/// call.
struct RunPosition {
  std::string run;                               ///< name of its logs, which no other run has
  std::vector<ModelResult> completed;            ///< models that are done, in their order
  std::uint64_t train_seed = 0;                  ///< of the last training call of these
  State generators;                              ///< LibTorch's, after these
  std::string results, evaluations;              ///< the logs after these
  std::string stage;                             ///< what comes next, for people
  std::vector<std::string> step_logs;            ///< files that the present model's postprocessings wrote, in order
  std::map<std::string, std::int64_t> versions;  ///< of the folders that Lightning numbers, by their path
};

/// Keeps the position of a run in out/checkpoints/<bench>/journal.safetensors.
class Journal {
 public:
  /// @param data  what the run works on: another run must have the same
  Journal(const Environment& environment, const config::LoadedConfig& loaded, std::string data);

  /// Reads the position of the run that was left.
  /// @return  none: no run was left.
  /// @throws ConfigError  if it was one of another configuration, naming what differs; DataError for other data.
  std::optional<RunPosition> resume();
  void write(const RunPosition& position);
  /// Forgets the run: it is done, or another one starts.
  void remove() { file_.remove(); }
  const std::string& folder() const { return folder_; }

 private:
  void check_same(const State& state) const;

  std::string folder_;
  io::StateFile file_;
  std::string config_, data_, surroundings_;
};

}  // namespace qualia_snn::command
