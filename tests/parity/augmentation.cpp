#include <ATen/ATen.h>

#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "tests/parity/case.h"

namespace qualia_snn::parity {
namespace {

using dataaugmentation::Batch;

/// Whether an augmentation only moves values, so that they are equal.
bool is_exact(const config::Kind& kind) {
  if (kind.kind == "HorizontalFlip" || kind.kind == "Crop") return true;
  const auto* mode = kind.params.value.find("interpolation_mode");
  if (mode == nullptr) return kind.kind == "Rotation2D";
  return mode->get_if<std::string>()->starts_with("nearest");
}

/// Compares the loss of mixed targets and its gradient on given logits.
void compare_mixed_loss(const Case& c, const std::string& out, const Batch& batch,
                        const learningframework::TrainerModule& framework, Report& report) {
  report.compare(out + "y_b", batch.second_target, c.tensors.at(out + "y_b"), 1e-5);
  report.compare(out + "lambda", batch.weight, c.tensors.at(out + "lambda"), 1e-5);
  const auto logits = c.tensors.at("logits").clone().requires_grad_();
  const auto loss = framework.loss(logits, batch);
  loss.backward();
  report.compare(out + "loss", loss, c.tensors.at(out + "loss"), 1e-5);
  report.compare(out + "grad_logits", logits.grad(), c.tensors.at(out + "grad_logits"), 1e-5);
}

std::shared_ptr<learningframework::TrainerModule> make_framework(const Case& c, const config::Registries& registries) {
  config::Kind kind{"PyTorch", {{}, "params"}, {}, "learningframework"};
  if (const auto* given = c.config.find("learningframework")) {
    kind = config::parse_value<config::Kind>(*given, "learningframework", {});
  }
  return registries.learningframeworks.make(kind, {registries, {}, {}, at::kCPU, {}});
}

std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> make_augmentations(
    const Case& c, const config::Registries& registries) {
  std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations;
  for (const auto& table : *c.config.find("data_augmentation")->get_if<config::Value::List>()) {
    const auto kind = config::parse_value<config::Kind>(table, "data_augmentation", {});
    skip_if_missing(registries.dataaugmentations, kind.kind);
    augmentations.push_back(registries.dataaugmentations.make(kind, {registries, {}, {}, at::kCPU, {}}));
  }
  return augmentations;
}

std::string next_draw() { return std::to_string(at::empty({}, at::kLong).random_().item<std::int64_t>()); }

/// One epoch of a training call: batches as the training and validation steps get them.
void check_pipeline(const Case& c, const config::Registries& registries, Report& report) {
  const auto framework = make_framework(c, registries);
  framework->set_augmentations(make_augmentations(c, registries));
  learningmodel::LearningModel no_model({{1, 1}, {1, 1}, 1, {}}, layer::LayerGraph({1, 1}));
  learningframework::QualiaDraws draws;
  const auto integer = [&](const char* key) { return *c.golden().find(key)->get_if<std::int64_t>(); };
  const auto compare = [&](const std::string& name, const Batch& batch) {
    report.compare(name + ".x", batch.x, c.tensors.at(name + ".x"), 1e-5);
    report.equal(name + ".y", batch.target, c.tensors.at(name + ".y"));
  };
  at::manual_seed(static_cast<std::uint64_t>(integer("train_seed")));
  const datamodel::RawData train{c.tensors.at("in.train.x"), c.tensors.at("in.train.y")};
  const learningframework::Loader batches(train, integer("batch_size"), draws.order(0, train.size()));
  for (std::int64_t i = 0; i < integer("train_batches"); ++i) {
    const auto [x, y] = batches.batch(i);
    const auto source = draws.begin_training_step(no_model, 0, i);
    compare("train" + std::to_string(i + 1), framework->prepare(x, y, /*training=*/true, source));
  }
  if (c.tensors.contains("in.valid.x")) {
    const datamodel::RawData valid{c.tensors.at("in.valid.x"), c.tensors.at("in.valid.y")};
    const auto source = draws.begin_evaluation("valid", 0);
    const learningframework::Loader valid_batches(valid, integer("batch_size"));
    for (std::int64_t i = 0; i < integer("valid_batches"); ++i) {
      const auto [x, y] = valid_batches.batch(i);
      compare("valid" + std::to_string(i + 1), framework->prepare(x, y, /*training=*/false, source.with(i)));
    }
  }
  report.equal("next_draw", {next_draw()}, {c.golden().find("next_draw")->str()});
}

}  // namespace

void check_augmentation(const Case& c, const config::Registries& registries, Report& report) {
  if (c.kind() == "pipeline") return check_pipeline(c, registries, report);
  const auto framework = make_framework(c, registries);
  const auto& x = c.tensors.at("x");
  const auto& next_draws = *c.golden().find("next_draws")->get_if<config::Value::List>();
  const auto& seeds = *c.golden().find("torch_seeds")->get_if<config::Value::List>();
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const auto out = "out" + std::to_string(i) + ".";
    at::manual_seed(static_cast<std::uint64_t>(*seeds[i].get_if<std::int64_t>()));
    const auto augmentation = make_augmentations(c, registries).at(0);
    const auto kind = config::parse_value<config::Kind>(
        c.config.find("data_augmentation")->get_if<config::Value::List>()->at(0), "data_augmentation.0", {});
    const auto batch = framework->apply_dataaugmentation(*augmentation, {x, c.tensors.at("y"), {}, {}, 1}, {});
    report.equal(out + "next_draw", {next_draw()}, {next_draws[i].str()});
    if (is_exact(kind)) {
      report.equal(out + "x", batch.x, c.tensors.at(out + "x"));
    } else {
      report.compare(out + "x", batch.x, c.tensors.at(out + "x"), 1e-5);
    }
    const bool mixed = c.tensors.contains(out + "y_a");
    report.equal(out + "y", batch.target, c.tensors.at(out + (mixed ? "y_a" : "y")));
    if (mixed) compare_mixed_loss(c, out, batch, *framework, report);
  }
}

}  // namespace qualia_snn::parity
