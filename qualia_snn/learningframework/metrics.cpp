#include "qualia_snn/learningframework/metrics.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qualia_snn::learningframework {
namespace {

bool is_regression(const std::string& name) {
  return name == "mse" || name == "mae" || name == "mape" || name == "slope" || name == "corr";
}

}  // namespace

bool repeats_accuracy(const std::string& name) {
  return name.ends_with("prec") || name.ends_with("rec") || name.ends_with("f1");
}

const std::vector<std::string>& MetricCollection::names() {
  static const std::vector<std::string> names = {"prec", "rec", "f1",   "acc",  "avgclsacc",
                                                 "mse",  "mae", "mape", "corr", "slope"};
  return names;
}

MetricCollection::MetricCollection(std::vector<std::string> names)
    : names_(std::move(names)), regression_(std::any_of(names_.begin(), names_.end(), is_regression)) {}

void MetricCollection::add(const at::Tensor& output, const at::Tensor& target) {
  confusion_matrix_.add(output, target);
  if (regression_) sums_.add(output, target);
}

Metrics MetricCollection::compute(const std::string& prefix) const {
  Metrics metrics;
  if (!confusion_matrix_.counts().defined()) return metrics;
  for (const auto& name : names_) {
    const auto add = [&](double value) { metrics.emplace_back(prefix + name, value); };
    if (name == "mse") {
      add(sums_.mse());
    } else if (name == "mae") {
      add(sums_.mae());
    } else if (name == "mape") {
      add(sums_.mape());
    } else if (name == "slope") {
      add(sums_.slope());
    } else if (name == "avgclsacc") {
      add(confusion_matrix_.average_class_accuracy());
    } else if (name == "corr") {
      const auto correlation = sums_.correlation();
      for (std::int64_t k = 0; k < correlation.numel(); ++k) {
        const auto suffix = correlation.numel() > 1 ? "." + std::to_string(k) : "";
        metrics.emplace_back(prefix + name + suffix, correlation[k].item<double>());
      }
    } else {
      // Qualia: prec, rec and f1 are micro averages and so equal the accuracy.
      add(confusion_matrix_.accuracy());
    }
  }
  return metrics;
}

State MetricCollection::save() const {
  State state;
  state.set_part("confusion_matrix", confusion_matrix_.save());
  state.set_part("sums", sums_.save());
  return state;
}

void MetricCollection::load(const State& state, at::Device device) {
  confusion_matrix_.load(state.part("confusion_matrix"), device);
  sums_.load(state.part("sums"), device);
}

}  // namespace qualia_snn::learningframework
