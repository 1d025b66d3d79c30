#include "qualia_snn/experimenttracking/lightning_figures.h"

#include <algorithm>

namespace qualia_snn::experimenttracking {
namespace {

using learningframework::Metrics;

Metrics sorted(Metrics metrics) {
  std::sort(metrics.begin(), metrics.end());
  return metrics;
}

}  // namespace

bool LoggedSteps::take(const learningframework::StepInfo& info) {
  const bool updated = info.updates != last_update_;
  last_update_ = info.updates;
  return updated && info.updates % kEvery == 0;
}

Metrics step_figures(const learningframework::StepInfo& info) {
  auto figures = info.metrics ? sorted(info.metrics()) : Metrics{};
  figures.emplace_back("train_loss", info.loss);
  return figures;
}

EpochFigures epoch_figures(const learningframework::EpochInfo& info) {
  EpochFigures figures;
  for (const auto& figure : sorted(info.metrics)) {
    (figure.first.starts_with("val_") ? figures.valid : figures.train).push_back(figure);
  }
  // Lightning: the scheduler has stepped already.
  figures.train.emplace_back("lr", info.next_learning_rate);
  return figures;
}

}  // namespace qualia_snn::experimenttracking
