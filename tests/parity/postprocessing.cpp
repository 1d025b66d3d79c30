#include <ATen/ATen.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/postprocessing/postprocessing.h"
#include "tests/parity/case.h"
#include "tests/support/files.h"

namespace qualia_snn::parity {
namespace {

using postprocessing::TrainedModel;

const config::Value& only(const config::Value& table, const std::string& list) {
  return table.find(list)->get_if<config::Value::List>()->at(0);
}

/// A trained model with its test set.
class Trained {
 public:
  Trained(const Case& c, const config::Registries& registries) : registries_(registries) {
    config_ = config::parse_value<config::ModelConfig>(only(c.config, "model"), "model.0", {});
    skip_if_missing(registries.learningmodels, config_.kind);
    const auto framework = config::parse_value<config::Kind>(*c.config.find("learningframework"), "framework", {});
    framework_ = registries.learningframeworks.make(framework, {registries});
    const auto model = registries.learningmodels.make(config_, {registries});
    const auto state = c.group("state.");
    layer::load_state_dict(*model, io::StateDict(state.begin(), state.end()), c.folder);
    framework_->set_model(model);
    data_.sets.test = datamodel::RawData{c.tensors.at("x"), c.tensors.at("y")};
    current_ = {config_.name, 0, model, {}};
  }

  const TrainedModel& current() const { return current_; }
  at::Tensor logits() const {
    return learningframework::predict(*framework_, *data_.sets.test, config_.batch_size, {});
  }

  /// Applies a step as it is configured.
  void apply(const config::Kind& step) {
    skip_if_missing(registries_.postprocessings, step.kind);
    postprocessing::PostprocessingContext context{*framework_, data_, config_.batch_size};
    context.evaluate = [&](const std::string&) {
      return learningframework::evaluate(*framework_, *data_.sets.test, config_.batch_size, {}).compute("test_");
    };
    context.write_log = [&](const std::string&, const std::string& suffix, const std::string& text) {
      if (suffix.ends_with(".csv")) log_ = {suffix, text};
      return suffix;
    };
    current_ = registries_.postprocessings.make(step, {registries_})->apply(current_, context);
    framework_->set_model(current_.model);
  }

  struct Log {
    std::string suffix, text;
  };
  /// Applies a step and returns the table that it wrote.
  Log log_of(const config::Kind& step) {
    apply(step);
    return log_;
  }

 private:
  const config::Registries& registries_;
  config::ModelConfig config_;
  std::shared_ptr<learningframework::TrainerModule> framework_;
  datamodel::RawDataModel data_;
  TrainedModel current_;
  Log log_;
};

/// Compares a model's weights with the group "fused.".
void compare_fused(const Case& c, const Trained& trained, Report& report) {
  const auto reference = c.group("fused.");
  std::vector<std::string> names, expected;
  const auto state = layer::state_dict(*trained.current().model);
  for (const auto& [name, tensor] : state) names.push_back(name);
  for (const auto& [name, tensor] : reference) expected.push_back(name);
  std::sort(names.begin(), names.end());
  report.equal("fused", names, expected);
  for (const auto& [name, tensor] : state) {
    if (reference.contains(name)) report.compare("fused." + name, tensor, reference.at(name), c.sensitive_bar("fused"));
  }
}

void check_fuse(const Case& c, const config::Registries& registries, Report& report) {
  Trained trained(c, registries);
  report.compare("logits_before", trained.logits(), c.tensors.at("logits_before"), 2e-5);
  trained.apply(config::parse_value<config::Kind>(only(c.config, "postprocessing"), "postprocessing.0", {}));
  compare_fused(c, trained, report);
  report.compare("logits_after", trained.logits(), c.tensors.at("logits_after"), 2e-5);

  const auto& result = *c.golden().find("result");
  const auto& fused = trained.current();
  report.equal("name", {fused.name}, {*result.find("name")->get_if<std::string>()});
  const auto parameters = fused.model->parameter_count();
  report.equal("params", {std::to_string(parameters), std::to_string(4 * parameters)},
               {concat(*result.find("params")->get_if<std::int64_t>()),
                concat(*result.find("mem_params")->get_if<std::int64_t>())});
  const auto accuracy = at::tensor(fused.test_accuracy.value_or(-1), at::kDouble);
  report.compare("acc", accuracy, at::tensor(*result.find("acc")->get_if<double>(), at::kDouble), 1e-6);
}

/// A table of Qualia's: cells that are numbers in one tensor, the rest as text.
struct Table {
  std::vector<std::string> words;
  std::vector<double> numbers;

  explicit Table(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream cells(line);
      for (std::string cell; std::getline(cells, cell, ',');) add(cell);
    }
  }

  void add(const std::string& cell) {
    char* end = nullptr;
    const double number = std::strtod(cell.c_str(), &end);
    if (!cell.empty() && *end == '\0') {
      numbers.push_back(number);
      words.emplace_back("a number");
    } else {
      words.push_back(cell);
    }
  }
};

/// Compares every cell by its own size.
void compare_tables(const std::string& name, const std::string& actual, const std::string& reference, Report& report) {
  const Table a(actual), r(reference);
  report.equal(name, a.words, r.words);
  if (a.numbers.size() != r.numbers.size()) return;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    ratios.push_back(r.numbers[i] == 0 ? 1 + a.numbers[i] : a.numbers[i] / r.numbers[i]);
  }
  report.compare(name, at::tensor(ratios, at::kDouble), at::ones_like(at::tensor(ratios, at::kDouble)), 1e-6);
}

void check_energy(const Case& c, const config::Registries& registries, Report& report) {
  Trained trained(c, registries);
  const auto* const batch_norm = only(c.config, "model").find("params")->find("batch_norm");
  if (batch_norm && *batch_norm->get_if<bool>()) {
    config::Kind fuse;
    fuse.kind = "FuseBatchNorm";
    trained.apply(fuse);
    compare_fused(c, trained, report);
  }
  report.compare("logits", trained.logits(), c.tensors.at("logits"), 2e-5);
  for (const auto& file : *c.golden().find("files")->get_if<config::Value::List>()) {
    const auto name = *file.find("file")->get_if<std::string>();
    config::Kind step;
    step.kind = *file.find("kind")->get_if<std::string>();
    step.params.value = *file.find("params");
    const auto log = trained.log_of(step);
    report.equal(name, {log.suffix}, {*file.find("file_name_suffix")->get_if<std::string>()});
    compare_tables(name, log.text, testing::read_text(c.path + "/" + name), report);
  }
}

}  // namespace

void check_postprocessing(const Case& c, const config::Registries& registries, Report& report) {
  if (c.kind() == "fuse") return check_fuse(c, registries, report);
  if (c.kind() == "energy") return check_energy(c, registries, report);
  throw Skip{c.kind()};
}

}  // namespace qualia_snn::parity
