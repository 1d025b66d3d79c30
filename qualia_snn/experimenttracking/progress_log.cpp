#include "qualia_snn/experimenttracking/progress_log.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

using report::duration;
using report::fixed;

}  // namespace

void ProgressLog::on_fit_begin(const learningframework::FitInfo& info) {
  fit_start_ = Clock::now();
  log::info(concat(info.name, ": ", info.samples, " samples, ", info.steps_per_epoch, " steps per epoch, ", info.epochs,
                   info.epochs == 1 ? " epoch" : " epochs"));
}

void ProgressLog::on_step_end(const learningframework::StepInfo&) {
  if (first_step_logged_) return;
  first_step_logged_ = true;
  log::info(concat("first training step done ", fixed(seconds_since(program_start_), 2), " s after program start"));
}

void ProgressLog::on_epoch_end(const learningframework::EpochInfo& info) {
  std::string line = concat("epoch ", info.epoch + 1, "/", info.epochs, ": loss ", fixed(info.loss, 4));
  for (const auto& [name, value] : info.metrics) {
    if (!learningframework::repeats_accuracy(name)) line += ", " + name + " " + fixed(value, 4);
  }
  const auto left = seconds_since(fit_start_) / static_cast<double>(info.epoch + 1) *
                    static_cast<double>(info.epochs - info.epoch - 1);
  log::info(concat(line, ", lr ", info.learning_rate, ", ", fixed(info.samples_per_second, 0), " samples/s, ",
                   duration(left), " left"));
}

void ProgressLog::on_fit_end() { log::info(concat("training took ", fixed(seconds_since(fit_start_), 1), " s")); }

}  // namespace qualia_snn::experimenttracking
