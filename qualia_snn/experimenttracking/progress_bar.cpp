#include "qualia_snn/experimenttracking/progress_bar.h"

#include <algorithm>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/process_memory.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::size_t kBarColumns = 20;

std::string drawn_bar(std::int64_t done, std::int64_t total) {
  const auto share = static_cast<double>(done) / static_cast<double>(std::max<std::int64_t>(1, total));
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kBarColumns);
  return concat('[', std::string(filled, '='), std::string(kBarColumns - filled, ' '), ']');
}

/// A part of the line; those of a high rank go first where there is no room.
struct Part {
  std::string text;
  int rank;
};

std::size_t columns_of(const std::vector<Part>& parts) {
  std::size_t columns = 0;
  for (const auto& part : parts) columns += part.text.size() + 2;
  return columns - std::min<std::size_t>(columns, 2);
}

}  // namespace

std::string bar_text(const BarFigures& figures, std::size_t width) {
  std::string metrics;
  for (const auto& [name, value] : figures.metrics) {
    if (!learningframework::repeats_accuracy(name))
      metrics += (metrics.empty() ? "" : ", ") + name + " " + report::fixed(value, 4);
  }
  std::vector<Part> parts = {
      {concat("epoch ", figures.epoch + 1, '/', figures.epochs), 0},
      {drawn_bar(figures.steps, figures.steps_per_epoch), 4},
      {concat(figures.steps, '/', figures.steps_per_epoch), 1},
      {"loss " + report::fixed(figures.loss, 4), 2},
      {metrics, 5},
      {concat(report::fixed(figures.samples_per_second, 0), " samples/s"), 6},
      {report::duration(figures.seconds_left) + " left", 3},
      {report::bytes(static_cast<double>(figures.memory)), 7},
  };
  std::erase_if(parts, [](const Part& part) { return part.text.empty(); });
  while (parts.size() > 1 && columns_of(parts) > width) {
    parts.erase(std::max_element(parts.begin(), parts.end(), [](auto& a, auto& b) { return a.rank < b.rank; }));
  }
  std::string line;
  for (const auto& part : parts) line += (line.empty() ? "" : "  ") + part.text;
  return line.substr(0, width);
}

ProgressBar::~ProgressBar() { log::set_status(""); }

void ProgressBar::on_fit_begin(const learningframework::FitInfo& info) {
  epochs_ = info.epochs;
  steps_ = samples_ = 0;
  start_ = Clock::now();
  drawn_ = {};
}

void ProgressBar::on_step_end(const learningframework::StepInfo& info) {
  ++steps_;
  samples_ += info.samples;
  const auto now = Clock::now();
  const bool last = info.step + 1 == info.steps_per_epoch;
  if (refresh_rate_ <= 0 || (!last && (steps_ % refresh_rate_ != 0 || now - drawn_ < kInterval))) return;
  drawn_ = now;
  const auto width = log::status_width();
  if (!width) return;
  const auto seconds = std::chrono::duration<double>(now - start_).count();
  const auto steps_left = (epochs_ - info.epoch) * info.steps_per_epoch - info.step - 1;
  BarFigures figures{info.epoch, epochs_, info.step + 1, info.steps_per_epoch, info.loss, {}, 0, 0, 0};
  if (info.metrics) figures.metrics = info.metrics();
  figures.samples_per_second = static_cast<double>(samples_) / seconds;
  figures.seconds_left = seconds / static_cast<double>(steps_) * static_cast<double>(steps_left);
  figures.memory = process_memory().resident;
  log::set_status(bar_text(figures, *width));
}

void ProgressBar::on_fit_end() { log::set_status(""); }

}  // namespace qualia_snn::experimenttracking
