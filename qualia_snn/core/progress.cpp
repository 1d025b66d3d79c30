#include "qualia_snn/core/progress.h"

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn {
namespace {

constexpr std::chrono::seconds kInterval{3};

}  // namespace

Progress::Progress(std::string what, std::int64_t total)
    : what_(std::move(what)), total_(total), start_(Clock::now()), last_(start_) {}

void Progress::advance() {
  ++done_;
  const auto now = Clock::now();
  if (now - last_ < kInterval || done_ == total_) return;
  last_ = now;
  const auto seconds = std::chrono::duration<double>(now - start_).count();
  const auto left = seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  log::info(concat(what_, ": ", done_, " of ", total_, ", ", static_cast<std::int64_t>(left + 0.5), " s left"));
}

}  // namespace qualia_snn
