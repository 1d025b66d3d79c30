#include "qualia_snn/learningframework/best_epochs.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/layer/state_dict.h"

namespace qualia_snn::learningframework {
namespace {

constexpr std::size_t kKept = 2;

}  // namespace

BestEpochs::BestEpochs(const TrainerModule& module, std::string folder) : module_(module), folder_(std::move(folder)) {}

bool BestEpochs::better(double a, double b) const {
  if (std::isnan(b)) return !std::isnan(a);
  return module_.options().checkpoint_metric.mode == "max" ? a > b : a < b;
}

void BestEpochs::on_epoch_end(const EpochInfo& info) {
  const auto figure = find_figure(info, module_.options().checkpoint_metric.name);
  if (!figure) return;
  const auto worst = std::min_element(kept_.begin(), kept_.end(),
                                      [&](const Kept& a, const Kept& b) { return better(b.figure, a.figure); });
  if (kept_.size() == kKept && !better(*figure, worst->figure)) return;
  const auto name = concat("epoch=", info.epoch, "-step=", info.steps, ".pth");
  const auto path = (std::filesystem::path(folder_) / name).string();
  if (kept_.empty()) remove_earlier();
  io::write_pth(path, layer::state_dict(module_.model()));
  if (kept_.size() == kKept) {
    std::error_code ignored;
    std::filesystem::remove(worst->path, ignored);
    kept_.erase(worst);
  }
  kept_.push_back({*figure, path});
}

void BestEpochs::remove_earlier() const {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("epoch=") && name.ends_with(".pth")) std::filesystem::remove(entry.path(), ignored);
  }
}

State BestEpochs::save() const {
  State state;
  state.set_integer("kept", static_cast<std::int64_t>(kept_.size()));
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    State part;
    part.set_real("figure", kept_[i].figure);
    part.set_text("path", kept_[i].path);
    state.set_part(std::to_string(i), part);
  }
  return state;
}

void BestEpochs::load(const State& state) {
  kept_.clear();
  for (std::int64_t i = 0; i < state.integer("kept"); ++i) {
    const auto part = state.part(std::to_string(i));
    kept_.push_back({part.real("figure"), part.text("path")});
  }
}

std::optional<std::string> BestEpochs::best() const {
  const auto best = std::min_element(kept_.begin(), kept_.end(),
                                     [&](const Kept& a, const Kept& b) { return better(a.figure, b.figure); });
  return best == kept_.end() ? std::nullopt : std::optional(best->path);
}

}  // namespace qualia_snn::learningframework
