#include <ATen/ATen.h>

#include "qualia_snn/command/experiment.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/layer/dropout.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "tests/parity/case.h"
#include "tests/support/files.h"

namespace qualia_snn::parity {
namespace {

using config::Value;

std::int64_t integer(const Value& table, const char* key) { return *table.find(key)->get_if<std::int64_t>(); }

at::Tensor scalar(std::int64_t value) { return at::full({}, value, at::kLong); }

/// What LibTorch's default generator would give next, without taking it.
at::Tensor peek() {
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  return at::empty({}, at::kLong).random_(generator);
}

config::ModelConfig model_config(const Case& c) {
  return config::parse_value<config::ModelConfig>(c.config.find("model")->get_if<Value::List>()->at(0), "model.0", {});
}

void check_weights(const Case& c, const config::Registries& registries, Report& report) {
  const auto config = model_config(c);
  skip_if_missing(registries.learningmodels, config.kind);
  at::manual_seed(static_cast<std::uint64_t>(integer(*c.config.find("bench"), "seed")));
  const auto model = registries.learningmodels.make(config, {registries, {}, {}, at::kCPU, {}});
  const auto reference = c.group("state.");
  for (const auto& [name, tensor] : layer::state_dict(*model)) report.equal(name, tensor, reference.at(name));
  report.equal("next_draw", peek(), scalar(integer(c.golden(), "next_draw")));
}

void check_train_calls(const Case& c, Report& report) {
  for (const auto& process : *c.golden().find("train_calls")->get_if<Value::List>()) {
    auto seed = static_cast<std::uint64_t>(integer(process, "seed"));
    for (const auto& reference : *process.find("train_seeds")->get_if<Value::List>()) {
      seed = learningframework::next_train_seed(seed);
      report.equal("train_seeds", scalar(static_cast<std::int64_t>(seed)), scalar(*reference.get_if<std::int64_t>()));
    }
    at::manual_seed(seed);
    report.equal("next_draw", peek(), scalar(integer(process, "next_draw")));
  }
}

/// Makes the draws of a training call, with the dropout layers and augmentations that the case names.
class OrderCase {
 public:
  OrderCase(const Case& c, const config::Registries& registries, Report& report)
      : c_(c), report_(report), samples_(integer(c.golden(), "n")), batch_size_(integer(c.golden(), "batch_size")) {
    for (std::int64_t i = 0; i < integer(c.golden(), "horizontal_flips"); ++i) {
      flips_.push_back(registries.dataaugmentations.make({"HorizontalFlip", {{}, "params"}, {}, "flip"},
                                                         {registries, {}, {}, at::kCPU, {}}));
    }
  }

  void run() {
    const auto& calls = *c_.golden().find("calls")->get_if<Value::List>();
    for (std::size_t k = 0; k < calls.size(); ++k) run_call(calls[k], "order.call" + std::to_string(k + 1));
  }

 private:
  void run_call(const Value& call, const std::string& name) {
    at::manual_seed(static_cast<std::uint64_t>(integer(call, "train_seed")));
    const auto& after_steps = *call.find("next_draw_after_steps")->get_if<Value::List>();
    std::size_t steps = 0;
    for (std::int64_t epoch = 0; epoch < integer(c_.golden(), "epochs"); ++epoch) {
      report_.equal(name, draws_.order(epoch, samples_), c_.tensors.at(name)[epoch].to(at::kLong));
      for (std::int64_t begin = 0; begin < samples_; begin += batch_size_) {
        step(epoch, std::min(batch_size_, samples_ - begin));
        report_.equal("next_draw_after_steps", peek(), scalar(*after_steps.at(steps++).get_if<std::int64_t>()));
      }
      if (integer(c_.golden(), "n_valid") > 0) draws_.begin_evaluation("valid", epoch);
    }
    report_.equal("next_draw", peek(), scalar(integer(call, "next_draw")));
    if (const auto* after_evaluate = call.find("next_draw_after_evaluate")) {
      draws_.begin_evaluation("test", 0);
      draws_.begin_evaluation("test", 0);  // the pass for the confusion matrix
      report_.equal("next_draw_after_evaluate", peek(), scalar(*after_evaluate->get_if<std::int64_t>()));
    }
  }

  void step(std::int64_t epoch, std::int64_t count) {
    auto source = draws_.begin_training_step(no_model_, epoch, 0);
    for (const auto& flip : flips_) {
      flip->apply({at::zeros({count, 1, 2, 2}), at::zeros({count, 2}), {}, {}, 1}, source);
    }
    for (const auto& call : *c_.golden().find("dropout_calls")->get_if<Value::List>()) {
      const auto& numbers = *call.get_if<Value::List>();
      std::vector<std::int64_t> sizes = {count};
      for (std::size_t i = 1; i < numbers.size(); ++i) sizes.push_back(*numbers[i].get_if<std::int64_t>());
      layer::Dropout(*numbers[0].get_if<double>()).forward({at::ones(sizes), 1, false});
    }
  }

  const Case& c_;
  Report& report_;
  std::int64_t samples_, batch_size_;
  std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> flips_;
  learningframework::QualiaDraws draws_;
  learningmodel::LearningModel no_model_{{{1, 1}, {1, 1}, 1, {}}, layer::LayerGraph({1, 1})};
};

/// The weights before each training call and the loss of each step.
class Recorder final : public learningframework::Observer {
 public:
  void on_fit_begin(const learningframework::FitInfo& info) override {
    auto& state = initial.emplace_back();
    for (const auto& [name, tensor] : layer::state_dict(info.module.model())) state.emplace_back(name, tensor.clone());
    losses.emplace_back();
  }
  void on_step_end(const learningframework::StepInfo& info) override { losses.back().push_back(info.loss); }

  std::vector<io::StateDict> initial;
  std::vector<std::vector<double>> losses;
};

std::optional<datamodel::RawData> read_set(const Case& c, const std::string& name) {
  const auto tensors = c.group(name + ".");
  if (!tensors.contains("x")) return std::nullopt;
  return datamodel::RawData{tensors.at("x"), tensors.at("y")};
}

/// A whole training action that replays Qualia's draws.
void check_run(const Case& c, const config::Registries& registries, Report& report) {
  const testing::TemporaryFolder folder;
  const auto loaded = config::load_config(
      c.path + "/config.toml", {"--bench.reproduce=qualia", "--learningframework.params.accelerator=cpu"}, registries);
  const auto& model = loaded.config.models.at(0);
  skip_if_missing(registries.learningmodels, model.kind);
  command::Experiment experiment(loaded, registries, {folder.path().string(), {}, {}, {}});
  experiment.set_data({"golden", {read_set(c, "train"), read_set(c, "valid"), read_set(c, "test")}});
  const auto recorder = std::make_shared<Recorder>();
  experiment.add_observer(recorder);
  const auto results = experiment.train();
  for (std::size_t i = 0; i < results.models.size(); ++i) {
    const auto run = std::to_string(results.models[i].run);
    const auto prefix = "run" + run + ".";
    const auto initial = c.group(prefix + "initial.");
    for (const auto& [name, tensor] : recorder->initial.at(i)) {
      report.equal(prefix + "initial." + name, tensor, initial.at(name));
    }
    report.compare(prefix + "loss", at::tensor(recorder->losses.at(i)), c.tensors.at(prefix + "loss"), 1e-5);
    const auto final_state = c.group(prefix + "final.");
    const auto written =
        io::read_pth(folder.path().string() + "/" + "out/learningmodel/" + model.name + "_r" + run + ".pth");
    const auto theirs = io::read_pth(c.path + "/r" + run + ".pth");
    for (std::size_t k = 0; k < written.size(); ++k) {
      const auto& [name, tensor] = written[k];
      const auto bar = c.sensitive_bar("run" + run + "_final");
      report.compare(prefix + "final." + name, tensor, final_state.at(name), bar);
      report.equal("names of r" + run + ".pth", {name}, {theirs.at(k).first});
      report.compare("r" + run + ".pth: " + name, tensor, theirs.at(k).second, bar);
    }
  }
  report.equal("learningmodel.csv", {testing::read_text(results.logs)},
               {testing::read_text(c.path + "/learningmodel.csv")});
}

}  // namespace

void check_seed(const Case& c, const config::Registries& registries, Report& report) {
  log::set_handler([](log::Level, std::string_view) {});  // one line per case
  if (c.kind() == "weights") return check_weights(c, registries, report);
  if (c.kind() == "train_calls") return check_train_calls(c, report);
  if (c.kind() == "order") return OrderCase(c, registries, report).run();
  if (c.kind() == "run") return check_run(c, registries, report);
  if (c.kind() == "split") return check_split(c, registries, report);
  if (c.kind() == "eurosat") return check_eurosat(c, registries, report);
  throw Skip{c.kind()};
}

}  // namespace qualia_snn::parity
