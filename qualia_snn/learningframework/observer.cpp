#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::learningframework {

Observer::~Observer() = default;

std::optional<double> find_figure(const EpochInfo& info, const std::string& name) {
  if (name == "train_loss") return info.loss;
  for (const auto& [metric, figure] : info.metrics) {
    if (metric == name) return figure;
  }
  return std::nullopt;
}

}  // namespace qualia_snn::learningframework
