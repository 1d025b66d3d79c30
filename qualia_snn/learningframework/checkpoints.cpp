#include "qualia_snn/learningframework/checkpoints.h"

#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::learningframework {
namespace {

constexpr const char* kIdentity = "run";
constexpr int kShareOfTime = 50;

}  // namespace

Checkpoints::Checkpoints(const std::string& folder, std::string identity, const GuardOptions& options)
    : file_((std::filesystem::path(folder) / "checkpoint").string()),
      identity_(std::move(identity)),
      options_(options),
      begin_(Clock::now()),
      last_(begin_) {}

std::optional<State> Checkpoints::resume() {
  auto state = file_.read();
  if (!state || state->text(kIdentity) != identity_) return std::nullopt;
  return state;
}

bool Checkpoints::is_due(bool epoch_ended) {
  if (!epoch_ended) ++steps_;
  const auto passed = Clock::now() - last_;
  if (passed < kShareOfTime * cost_) return false;
  if (epoch_ended) return true;
  const auto every = options_.checkpoint_every_n_steps;
  if (every > 0 && steps_ >= every) return true;
  const auto minutes = options_.checkpoint_every_minutes;
  return minutes > 0 && std::chrono::duration<double>(passed).count() >= minutes * 60;
}

bool Checkpoints::write(State state) {
  const auto start = Clock::now();
  bool written = false;
  state.set_text(kIdentity, identity_);
  try {
    file_.write(state);
    written = true;
  } catch (const DataError& error) {
    log::warning(concat("no checkpoint could be written, training goes on: ", error.what()));
  }
  last_ = Clock::now();
  cost_ = last_ - start;
  total_cost_ += cost_;
  steps_ = 0;
  const auto seconds = [](Clock::duration time) { return std::chrono::duration<double>(time).count(); };
  log::debug(concat("checkpoint: ", seconds(cost_), " s, ", seconds(total_cost_), " s of ", seconds(last_ - begin_),
                    " s so far"));
  return written;
}

void Checkpoints::remove() { file_.remove(); }

}  // namespace qualia_snn::learningframework
