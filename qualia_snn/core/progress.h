#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Says in the log, every few seconds, how far a long piece of work has come.
class QUALIA_SNN_API Progress {
 public:
  /// @param total  steps in all
  Progress(std::string what, std::int64_t total);
  /// One more step is done.
  void advance();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  std::int64_t total_, done_ = 0;
  Clock::time_point start_, last_;
};

}  // namespace qualia_snn
