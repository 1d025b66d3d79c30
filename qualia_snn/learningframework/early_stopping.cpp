#include "qualia_snn/learningframework/early_stopping.h"

#include <cmath>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {

void EarlyStopping::on_epoch_end(const EpochInfo& info) {
  const auto& metric = options_.checkpoint_metric;
  const auto figure = find_figure(info, metric.name);
  if (!figure) return;
  const double better_by = !best_ ? 0 : metric.mode == "max" ? *figure - *best_ : *best_ - *figure;
  if (!best_ || std::isnan(*best_) || better_by > options_.early_stopping_min_delta) {
    best_ = figure;
    waited_ = 0;
  } else {
    ++waited_;
  }
}

std::optional<std::string> EarlyStopping::stop_reason() const {
  if (waited_ < options_.early_stopping_patience) return std::nullopt;
  return concat(options_.checkpoint_metric.name, " was not better than ", *best_, " for ", waited_, " epochs");
}

State EarlyStopping::save() const {
  State state;
  state.set_integer("waited", waited_);
  if (best_) state.set_real("best", *best_);
  return state;
}

void EarlyStopping::load(const State& state) {
  waited_ = state.integer("waited");
  if (state.has("best")) best_ = state.real("best");
}

}  // namespace qualia_snn::learningframework
