#include "qualia_snn/experimenttracking/report_recorder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/process_memory.h"

namespace qualia_snn::experimenttracking {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr LayerHealth kNotMeasured{kNaN, kNaN, kNaN, kNaN, kNaN};
constexpr std::int64_t kEpochFigures = 5, kHealthFigures = 5;

/// Returns rows of equal lengths as one tensor [rows, length].
at::Tensor to_tensor(const std::vector<std::vector<double>>& rows, std::int64_t length) {
  auto tensor = at::empty({static_cast<std::int64_t>(rows.size()), length}, at::kDouble);
  auto* figures = tensor.mutable_data_ptr<double>();
  for (const auto& row : rows) figures = std::copy(row.begin(), row.end(), figures);
  return tensor;
}

std::vector<std::vector<double>> to_rows(const at::Tensor& tensor) {
  std::vector<std::vector<double>> rows;
  const auto* figures = tensor.const_data_ptr<double>();
  for (std::int64_t i = 0; i < tensor.size(0); ++i, figures += tensor.size(1)) {
    rows.emplace_back(figures, figures + tensor.size(1));
  }
  return rows;
}

std::vector<std::string> names(const State& state, const std::string& record) {
  return nlohmann::json::parse(state.text(record)).get<std::vector<std::string>>();
}

}  // namespace

void ReportRecorder::on_epoch_end(const learningframework::EpochInfo& info) {
  epochs_.push_back(
      {info.loss, info.learning_rate, info.seconds, info.samples_per_second, process_memory().peak, info.metrics});
  // The first epoch is always measured, where any is.
  if (health_.empty()) {
    for (const auto& layer : info.health) layers_.push_back(layer.layer);
  }
  std::vector<LayerHealth> health(layers_.size(), kNotMeasured);
  for (std::size_t i = 0; i < health.size() && i < info.health.size(); ++i) health[i] = info.health[i].health;
  health_.push_back(std::move(health));
}

std::vector<LayerHealth> ReportRecorder::health(const std::string& layer) const {
  const auto found = std::find(layers_.begin(), layers_.end(), layer);
  if (found == layers_.end()) return {};
  const auto place = static_cast<std::size_t>(found - layers_.begin());
  std::vector<LayerHealth> all;
  for (const auto& epoch : health_) all.push_back(epoch.at(place));
  return all;
}

State ReportRecorder::save() const {
  std::vector<std::string> metrics;
  if (!epochs_.empty()) {
    for (const auto& [name, value] : epochs_.front().metrics) metrics.push_back(name);
  }
  std::vector<std::vector<double>> figures, values, health;
  for (const auto& epoch : epochs_) {
    figures.push_back(
        {epoch.loss, epoch.learning_rate, epoch.seconds, epoch.samples_per_second, static_cast<double>(epoch.memory)});
    values.emplace_back();
    for (const auto& [name, value] : epoch.metrics) values.back().push_back(value);
  }
  for (const auto& epoch : health_) {
    health.emplace_back();
    for (const auto& layer : epoch) {
      const auto row = {layer.mean_rate, layer.silent_share, layer.saturated_share, layer.gradient_in,
                        layer.gradient_out};
      health.back().insert(health.back().end(), row);
    }
  }
  const auto length = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  State state;
  state.set("epochs", to_tensor(figures, kEpochFigures));
  state.set("metrics", to_tensor(values, length(metrics)));
  state.set("health", to_tensor(health, kHealthFigures * length(layers_)));
  state.set_text("metric_names", nlohmann::json(metrics).dump());
  state.set_text("layers", nlohmann::json(layers_).dump());
  return state;
}

void ReportRecorder::load(const State& state) {
  const auto metrics = names(state, "metric_names");
  layers_ = names(state, "layers");
  epochs_.clear();
  health_.clear();
  for (const auto& row : to_rows(state.tensor("epochs"))) {
    epochs_.push_back({row[0], row[1], row[2], row[3], static_cast<std::int64_t>(row[4]), {}});
  }
  const auto values = to_rows(state.tensor("metrics"));
  for (std::size_t e = 0; e < epochs_.size(); ++e) {
    for (std::size_t m = 0; m < metrics.size(); ++m) epochs_[e].metrics.emplace_back(metrics[m], values.at(e).at(m));
  }
  for (const auto& row : to_rows(state.tensor("health"))) {
    health_.emplace_back();
    for (std::size_t i = 0; i + kHealthFigures <= row.size(); i += kHealthFigures) {
      health_.back().push_back({row[i], row[i + 1], row[i + 2], row[i + 3], row[i + 4]});
    }
  }
}

}  // namespace qualia_snn::experimenttracking
