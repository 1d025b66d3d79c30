#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// What a bar shows of a training call.
struct BarFigures {
  std::int64_t epoch = 0, epochs = 0;           ///< epoch from 0
  std::int64_t steps = 0, steps_per_epoch = 0;  ///< steps that are done of this epoch
  double loss = 0;                              ///< of the last step
  learningframework::Metrics metrics;           ///< of its batch
  double samples_per_second = 0, seconds_left = 0;
  std::int64_t memory = 0;  ///< bytes
};

/// Returns one line of at most `width` columns; what has no room is left out, the least important first.
QUALIA_SNN_API std::string bar_text(const BarFigures& figures, std::size_t width);

/// Shows a live line below the log on a terminal: epoch, step, loss, metrics, samples per second, time left, memory.
///
/// Where standard output is no terminal nothing is written; the line is gone when training is over.
class QUALIA_SNN_API ProgressBar final : public learningframework::Observer {
 public:
  /// @param refresh_rate  steps between two looks at the bar; it is drawn ten times a second at most.
  explicit ProgressBar(std::int64_t refresh_rate) : refresh_rate_(refresh_rate) {}
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void on_fit_begin(const learningframework::FitInfo& info) override;
  void on_step_end(const learningframework::StepInfo& info) override;
  void on_fit_end() override;

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t refresh_rate_;
  std::int64_t epochs_ = 0;
  std::int64_t steps_ = 0, samples_ = 0;  ///< that this process has done
  Clock::time_point start_, drawn_;
};

}  // namespace qualia_snn::experimenttracking
