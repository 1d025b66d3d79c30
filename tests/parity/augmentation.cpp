#include <ATen/ATen.h>

#include "qualia_snn/config/kind.h"
#include "qualia_snn/dataaugmentation/data_augmentation.h"
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
void compare_mixed_loss(const Case& c, const std::string& out, const Batch& batch, Report& report) {
  report.compare(out + "y_b", batch.second_target, c.tensors.at(out + "y_b"), 1e-5);
  report.compare(out + "lambda", batch.weight, c.tensors.at(out + "lambda"), 1e-5);
  const auto logits = c.tensors.at("logits").clone().requires_grad_();
  const auto loss = batch.weight * at::cross_entropy_loss(logits, batch.target) +
                    (1 - batch.weight) * at::cross_entropy_loss(logits, batch.second_target);
  loss.backward();
  report.compare(out + "loss", loss, c.tensors.at(out + "loss"), 1e-5);
  report.compare(out + "grad_logits", logits.grad(), c.tensors.at(out + "grad_logits"), 1e-5);
}

}  // namespace

void check_augmentation(const Case& c, const config::Registries& registries, Report& report) {
  if (c.kind() == "pipeline") throw Skip{"pipeline"};
  const auto kind = config::parse_value<config::Kind>(
      c.config.find("data_augmentation")->get_if<config::Value::List>()->at(0), "data_augmentation.0", {});
  skip_if_missing(registries.dataaugmentations, kind.kind);
  const auto& x = c.tensors.at("x");
  const bool has_time = c.golden().find("input_layout")->get_if<std::string>()->starts_with("NT");
  const auto T = has_time ? x.size(1) : 1;
  const auto& next_draws = *c.golden().find("next_draws")->get_if<config::Value::List>();
  const auto& seeds = *c.golden().find("torch_seeds")->get_if<config::Value::List>();
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const auto out = "out" + std::to_string(i) + ".";
    at::manual_seed(static_cast<std::uint64_t>(*seeds[i].get_if<std::int64_t>()));
    const auto augmentation = registries.dataaugmentations.make(kind, {registries, {}, {}, at::kCPU, {}});
    const auto batch = augmentation->apply({has_time ? x.flatten(0, 1) : x, c.tensors.at("y"), {}, {}, T}, {});
    const auto next_draw = at::empty({}, at::kLong).random_().item<std::int64_t>();
    report.equal(out + "next_draw", {std::to_string(next_draw)}, {next_draws[i].str()});
    const auto changed = has_time ? batch.x.unflatten(0, {-1, T}) : batch.x;
    if (is_exact(kind)) {
      report.equal(out + "x", changed, c.tensors.at(out + "x"));
    } else {
      report.compare(out + "x", changed, c.tensors.at(out + "x"), 1e-5);
    }
    const bool mixed = c.tensors.contains(out + "y_a");
    report.equal(out + "y", batch.target, c.tensors.at(out + (mixed ? "y_a" : "y")));
    if (mixed) compare_mixed_loss(c, out, batch, report);
  }
}

}  // namespace qualia_snn::parity
