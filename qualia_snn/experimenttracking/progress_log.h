#pragma once

#include <chrono>

#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// Logs a line per epoch (loss, metrics, samples per second, time left), and how soon the first step was done.
class QUALIA_SNN_API ProgressLog final : public learningframework::Observer {
 public:
  /// @param program_start  from where the time to the first training step counts
  explicit ProgressLog(std::chrono::steady_clock::time_point program_start) : program_start_(program_start) {}
  void on_fit_begin(const learningframework::FitInfo& info) override;
  void on_step_end(const learningframework::StepInfo& info) override;
  void on_epoch_end(const learningframework::EpochInfo& info) override;
  void on_fit_end() override;

 private:
  std::chrono::steady_clock::time_point program_start_, fit_start_;
  bool first_step_logged_ = false;
};

}  // namespace qualia_snn::experimenttracking
