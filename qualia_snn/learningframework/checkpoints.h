#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"
#include "qualia_snn/io/state_file.h"
#include "qualia_snn/learningframework/guard_options.h"

namespace qualia_snn::learningframework {

/// The states that one training call can go on from, in <folder>/checkpoint.safetensors.
///
/// A state is written after each epoch, and within epochs as the options say. Writing takes at most a fiftieth of the
/// time: states that come too soon for that are left out. A state that cannot be written is a warning; the next one is
/// tried all the same.
class QUALIA_SNN_API Checkpoints {
 public:
  /// @param identity  of the run; states of others are not seen
  Checkpoints(const std::string& folder, std::string identity, const GuardOptions& options);

  /// Returns the state to go on from; none: there is none of this run.
  std::optional<State> resume();
  /// Returns whether a state should be written, after a step or after the last one of an epoch.
  bool is_due(bool epoch_ended);
  /// Writes a state. @return  whether that worked; a warning says why not.
  bool write(State state);
  void remove();

 private:
  using Clock = std::chrono::steady_clock;

  io::StateFile file_;
  std::string identity_;
  GuardOptions options_;
  std::int64_t steps_ = 0;  ///< since the last state
  Clock::time_point begin_;
  Clock::time_point last_;                 ///< state, or the start
  Clock::duration cost_{}, total_cost_{};  ///< of writing it, and all
};

}  // namespace qualia_snn::learningframework
