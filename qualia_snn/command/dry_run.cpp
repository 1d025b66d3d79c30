#include "qualia_snn/command/dry_run.h"

#include <ATen/core/Tensor.h>

#include <iomanip>
#include <sstream>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/postprocessing_chain.h"
#include "qualia_snn/config/dump.h"
#include "qualia_snn/core/device.h"
#include "qualia_snn/learningframework/activation_memory.h"

namespace qualia_snn::command {
namespace {

constexpr double kMebibyte = 1024 * 1024;

std::string mebibytes(double bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << bytes / kMebibyte << " MiB";
  return std::move(text).str();
}

/// @param type  of weights and samples
std::string memory_text(const learningmodel::LearningModel& model, at::ScalarType type) {
  const auto parameters = static_cast<double>(model.parameter_count()) * static_cast<double>(c10::elementSize(type));
  return "Memory: weights " + mebibytes(parameters) + ", gradients " + mebibytes(parameters);
}

/// The steps that the layers are run in, and what each of them keeps for the backward pass of a batch.
std::string plan_text(learningframework::TrainerModule& framework, const datamodel::RawData& data,
                      std::int64_t batch_size) {
  const auto steps = learningframework::activation_memory(framework, data);
  if (steps.empty()) return "Plan: needs four samples to be measured\n";
  std::ostringstream text;
  const auto line = [&text](const auto& step, const auto& shape, const auto& kept) {
    text << std::left << std::setw(44) << step << std::setw(18) << shape << kept << '\n';
  };
  line("step of the plan", "output", concat("kept for backward, ", batch_size, " samples"));
  double total = 0;
  for (const auto& step : steps) {
    const auto kept = step.bytes_per_sample * static_cast<double>(batch_size);
    total += kept;
    line(step.layer, concat(at::IntArrayRef(step.output_shape)), mebibytes(kept));
  }
  line("all", "", mebibytes(total));
  return std::move(text).str();
}

}  // namespace

std::string dry_run(const config::LoadedConfig& config, const config::Registries& registries,
                    const Environment& environment) {
  Bench bench(config, registries, environment, config::Purpose::kTrain);
  const PostprocessingChain chain(bench, registries);
  bench.rehearse([&](const auto& model) { chain.check(model); });
  bench.announce();
  std::ostringstream text;
  text << "# resolved configuration\n" << config::dump(config.resolved) << "\n# data: " << bench.data().name << '\n';
  auto sets = bench.data().sets;
  for (const auto& [name, set] : sets.named()) {
    if (*set)
      text << name << ": x " << (*set)->x.sizes() << " " << (*set)->x.scalar_type() << ", y " << (*set)->y.sizes()
           << '\n';
  }
  for (std::size_t i = 0; i < bench.config().models.size(); ++i) {
    const auto& model_config = bench.model_config(i);
    if (model_config.disabled) continue;
    const auto model = bench.make_model(i);
    text << "\n# model." << i << ": " << model_config.name << '\n'
         << model->summary() << '\n'
         << memory_text(*model, bench.framework().precision().type) << '\n';
    bench.framework().set_type(bench.framework().precision().type);
    text << plan_text(bench.framework(), *sets.train, model_config.batch_size);
  }
  return std::move(text).str();
}

}  // namespace qualia_snn::command
