#include <ATen/ATen.h>

#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
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

namespace {

std::vector<std::int64_t> chunk_sizes(const Case& c, const char* set) {
  std::vector<std::int64_t> sizes;
  const auto* chunks = c.golden().find("chunks");
  const auto* list = chunks ? chunks->find(set) : nullptr;
  if (list == nullptr) return sizes;
  for (const auto& size : *list->get_if<config::Value::List>()) sizes.push_back(*size.get_if<std::int64_t>());
  return sizes;
}

}  // namespace

void check_preprocessing(const Case& c, const config::Registries& registries, Report& report) {
  const auto data_kind = *c.golden().find("data")->get_if<std::string>();
  const auto random = std::make_shared<NumpyRandom>(0);  // no case of this family draws
  std::vector<std::shared_ptr<preprocessing::Preprocessing>> steps;
  for (const auto& table : *c.config.find("preprocessing")->get_if<config::Value::List>()) {
    const auto kind = config::parse_value<config::Kind>(table, "preprocessing", {});
    skip_if_missing(registries.preprocessings, kind.kind);
    steps.push_back(registries.preprocessings.make(kind, {registries, {}, {}, at::kCPU, {}, random}));
  }
  if (data_kind != "raw") throw Skip{data_kind};
  datamodel::RawDataModel data{"golden", {}};
  for (const auto& [name, set] : data.sets.named()) {
    const auto in = c.group("in." + std::string(name) + ".");
    if (!in.contains("x")) continue;
    *set = datamodel::RawData{in.at("x").clone(), in.at("y").clone(), {}, chunk_sizes(c, name)};
    if (in.contains("info")) (*set)->info = in.at("info").clone();
  }
  for (const auto& step : steps) step->apply(data);
  for (const auto& [name, set] : data.sets.named()) {
    const auto prefix = "out." + std::string(name) + ".";
    const auto out = c.group(prefix);
    if (!out.contains("x")) continue;
    report.compare(prefix + "x", (*set)->x, out.at("x"), 1e-5);
    report.equal(prefix + "y", (*set)->y, out.at("y"));
    if (out.contains("info.activity_i") && (*set)->info.defined()) {
      report.equal(prefix + "info", (*set)->info, out.at("info.activity_i"));
    }
  }
}

}  // namespace qualia_snn::parity
