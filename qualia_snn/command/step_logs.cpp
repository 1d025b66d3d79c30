#include "qualia_snn/command/step_logs.h"

#include <utility>

#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::command {

StepLogs::StepLogs(std::string root, std::string bench, std::vector<std::string>& written, std::function<void()> grown)
    : root_(std::move(root)), bench_(std::move(bench)), written_(written), grown_(std::move(grown)) {}

std::string StepLogs::operator()(const std::string& kind, const std::string& suffix, const std::string& text) {
  const auto position = next_++;
  if (position < written_.size()) {
    io::write_file(written_[position], text);
    return written_[position];
  }
  const auto folder = experimenttracking::log_folder(root_, bench_, kind);
  written_.push_back(folder + "/" + experimenttracking::claim_log_name(root_, folder, suffix, text) + suffix);
  grown_();
  return written_.back();
}

}  // namespace qualia_snn::command
