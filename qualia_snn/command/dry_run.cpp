#include "qualia_snn/command/dry_run.h"

#include <ATen/core/Tensor.h>

#include <iomanip>
#include <sstream>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/config/dump.h"
#include "qualia_snn/core/device.h"

namespace qualia_snn::command {
namespace {

constexpr double kMebibyte = 1024 * 1024;

std::string mebibytes(double bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << bytes / kMebibyte << " MiB";
  return std::move(text).str();
}

/// Elements of all layer outputs of one sample at one time step.
double activations(const learningmodel::LearningModel& model) {
  double sum = 0;
  for (const auto& node : model.graph().nodes()) {
    double elements = 1;
    for (const auto size : node.output_shape) elements *= static_cast<double>(size);
    sum += elements;
  }
  return sum;
}

/// @param type  of weights and samples
std::string memory_text(const learningmodel::LearningModel& model, std::int64_t batch_size, at::ScalarType type) {
  const auto bytes = static_cast<double>(c10::elementSize(type));
  const auto parameters = static_cast<double>(model.parameter_count()) * bytes;
  const auto steps = model.shape().timesteps;
  std::ostringstream text;
  text << "Memory: weights " << mebibytes(parameters) << ", gradients " << mebibytes(parameters)
       << ", outputs of all layers in a training step "
       << mebibytes(activations(model) * static_cast<double>(steps) * static_cast<double>(batch_size) * bytes) << " ("
       << batch_size << " samples x " << steps << " time steps)";
  return std::move(text).str();
}

}  // namespace

std::string dry_run(const config::LoadedConfig& config, const config::Registries& registries,
                    const Environment& environment) {
  Bench bench(config, registries, environment, config::Purpose::kTrain);
  bench.rehearse();
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
         << memory_text(*model, model_config.batch_size, bench.framework().precision().type) << '\n';
  }
  return std::move(text).str();
}

}  // namespace qualia_snn::command
