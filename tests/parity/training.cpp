#include <ATen/ATen.h>

#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/metrics.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "tests/parity/case.h"

namespace qualia_snn::parity {

void check_scheduler(const Case& c, const config::Registries& registries, Report& report) {
  const auto model = config::parse_value<config::ModelConfig>(
      c.config.find("model")->get_if<config::Value::List>()->at(0), "model.0", {});
  skip_if_missing(registries.optimizers, model.optimizer->kind);
  skip_if_missing(registries.schedulers, model.optimizer->scheduler->kind);
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto optimizer = registries.optimizers.make(*model.optimizer, context);
  const auto scheduler = registries.schedulers.make(*model.optimizer->scheduler, context);
  const double base = optimizer->learning_rate();
  std::vector<double> rates;
  for (std::int64_t epoch = 0; epoch < c.tensors.at("lr").numel(); ++epoch) {
    scheduler->start_epoch(epoch, base, *optimizer);
    rates.push_back(optimizer->learning_rate());
  }
  report.compare("lr", at::tensor(rates, at::kDouble), c.tensors.at("lr"), 1e-12);
}

void check_preprocessing(const Case& c, const config::Registries& registries, Report& report) {
  const auto data_kind = *c.golden().find("data")->get_if<std::string>();
  std::vector<std::shared_ptr<preprocessing::Preprocessing>> steps;
  for (const auto& table : *c.config.find("preprocessing")->get_if<config::Value::List>()) {
    const auto kind = config::parse_value<config::Kind>(table, "preprocessing", {});
    skip_if_missing(registries.preprocessings, kind.kind);
    steps.push_back(registries.preprocessings.make(kind, {registries, {}, {}, at::kCPU, {}}));
  }
  if (c.golden().find("chunks") || data_kind != "raw") throw Skip{"chunks"};
  datamodel::RawDataModel data{"golden", {}};
  for (const auto& [name, set] : data.sets.named()) {
    const auto in = c.group("in." + std::string(name) + ".");
    if (in.contains("x")) *set = datamodel::RawData{in.at("x").clone(), in.at("y").clone()};
  }
  for (const auto& step : steps) step->apply(data);
  for (const auto& [name, set] : data.sets.named()) {
    const auto prefix = "out." + std::string(name) + ".";
    const auto out = c.group(prefix);
    if (!out.contains("x")) continue;
    report.compare(prefix + "x", (*set)->x, out.at("x"), 1e-5);
    report.equal(prefix + "y", (*set)->y, out.at("y"));
  }
}

void check_metrics(const Case& c, const config::Registries&, Report& report) {
  if (c.kind() != "classification") throw Skip{c.kind()};
  const auto& logits = c.tensors.at("logits");
  const auto& target = c.tensors.at("target");
  const auto batch_size = *c.golden().find("batch_size")->get_if<std::int64_t>();
  const std::vector<std::string> names = {"acc", "avgclsacc", "f1", "prec", "rec"};
  learningframework::ConfusionMatrix all;
  for (std::int64_t begin = 0, step = 0; begin < logits.size(0); begin += batch_size, ++step) {
    const auto count = std::min(batch_size, logits.size(0) - begin);
    learningframework::ConfusionMatrix batch;
    for (auto* matrix : {&batch, &all}) matrix->add(logits.narrow(0, begin, count), target.narrow(0, begin, count));
    for (const auto& [name, value] : batch.compute(names, "train_")) {
      report.compare("step." + name, at::full({}, value), c.tensors.at("step." + name)[step], 1e-5);
    }
  }
  report.equal("cm", all.counts(), c.tensors.at("cm"));
  for (const auto& [name, value] : all.compute(names, "test_")) {
    const auto reference = *c.golden().find("metrics")->find(name)->get_if<double>();
    report.compare(name, at::full({}, value, at::kDouble), at::full({}, reference, at::kDouble), 1e-5);
  }
}

}  // namespace qualia_snn::parity
