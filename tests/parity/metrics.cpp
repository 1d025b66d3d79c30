#include <ATen/ATen.h>

#include <filesystem>
#include <map>

#include "qualia_snn/experimenttracking/evaluation_log.h"
#include "qualia_snn/learningframework/metrics.h"
#include "tests/parity/case.h"
#include "tests/support/files.h"

namespace qualia_snn::parity {
namespace {

using learningframework::MetricCollection;

constexpr double kBar = 1e-5;

std::vector<std::string> metric_names(const Case& c) {
  const auto* params = c.config.find("learningframework")->find("params");
  const auto* list = params ? params->find("metrics") : nullptr;
  if (list == nullptr) return {"prec", "rec", "f1", "acc", "avgclsacc"};
  std::vector<std::string> names;
  for (const auto& item : *list->get_if<config::Value::List>()) names.push_back(*item.get_if<std::string>());
  return names;
}

/// Figures by metric, those of several outputs ("corr.0", "corr.1") as one tensor.
std::map<std::string, at::Tensor> figures(const MetricCollection& collection, const std::string& prefix) {
  std::map<std::string, std::vector<double>> values;
  for (const auto& [name, value] : collection.compute(prefix)) values[name.substr(0, name.find('.'))].push_back(value);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, list] : values) {
    const auto tensor = at::tensor(list, at::kDouble);
    tensors[name] = list.size() == 1 ? tensor[0] : tensor;
  }
  return tensors;
}

void compare_texts(const Case& c, const MetricCollection& collection, Report& report) {
  namespace fs = std::filesystem;
  const auto recorded = [&](const char* name) { return testing::read_text((fs::path(c.path) / name).string()); };
  const bool matrix = fs::exists(fs::path(c.path) / "printed.txt");
  const testing::TemporaryFolder folder;
  experimenttracking::EvaluationLog log(folder / "log.txt");
  log.add("metrics", "test", collection.compute("test_"), matrix ? &collection.confusion_matrix() : nullptr);
  // The figures are compared above; here their last digits need not agree.
  const auto without_figures = [](std::string text) {
    const auto begin = text.find("metrics=["), end = text.find('\n', begin);
    return text.erase(begin, end - begin);
  };
  report.equal("log.txt", {without_figures(testing::read_text(log.path()))}, {without_figures(recorded("log.txt"))});
  if (matrix) {
    report.equal("printed.txt", {experimenttracking::confusion_matrix_text(collection.confusion_matrix()) + "\n"},
                 {recorded("printed.txt")});
  }
}

}  // namespace

void check_metrics(const Case& c, const config::Registries&, Report& report) {
  const auto& logits = c.tensors.at("logits");
  const auto& target = c.tensors.at("target");
  const auto batch_size = *c.golden().find("batch_size")->get_if<std::int64_t>();
  const auto names = metric_names(c);
  MetricCollection all(names);
  for (std::int64_t begin = 0, step = 0; begin < logits.size(0); begin += batch_size, ++step) {
    const auto count = std::min(batch_size, logits.size(0) - begin);
    MetricCollection batch(names);
    for (auto* collection : {&batch, &all}) {
      collection->add(logits.narrow(0, begin, count), target.narrow(0, begin, count));
    }
    for (const auto& [name, value] : figures(batch, "train_")) {
      report.compare("step." + name, value, c.tensors.at("step." + name)[step], kBar);
    }
  }
  for (const auto& [name, value] : figures(all, "train_")) {
    report.compare("all." + name, value, c.tensors.at("all." + name), kBar);
  }
  if (c.tensors.contains("cm")) report.equal("cm", all.confusion_matrix().counts(), c.tensors.at("cm"));
  const auto* reference = c.golden().find("metrics");
  if (reference == nullptr) return;
  for (const auto& [name, value] : figures(all, "test_")) {
    report.compare(name, value, at::full({}, *reference->find(name)->get_if<double>(), at::kDouble), kBar);
  }
  compare_texts(c, all, report);
}

}  // namespace qualia_snn::parity
