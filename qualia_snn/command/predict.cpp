#include "qualia_snn/command/predict.h"

#include <ATen/ATen.h>

#include <array>
#include <charconv>
#include <utility>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/postprocessing_chain.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/learningframework/trainer.h"

namespace qualia_snn::command {
namespace {

/// Finds the one enabled model.
std::size_t only_model(const config::BenchConfig& config) {
  std::vector<std::size_t> enabled;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    if (!config.models[i].disabled) enabled.push_back(i);
  }
  QUALIA_SNN_CHECK(enabled.size() == 1, ConfigError, "predict: ", enabled.size(),
                   " models are enabled, expected one; choose with --model.<i>.disabled=true");
  QUALIA_SNN_CHECK(config.bench.first_run == config.bench.last_run, ConfigError,
                   "predict: bench.first_run = ", config.bench.first_run, ", bench.last_run = ", config.bench.last_run,
                   ": expected one run; choose with --bench.first_run=<i> --bench.last_run=<i>");
  return enabled.front();
}

/// Returns K: what the model says, else what the labels have.
std::int64_t count_outputs(const config::BenchConfig& config, const config::ModelConfig& model,
                           const config::Registries& registries, const Environment& environment) {
  if (const auto* value = model.params.value.find("output_shape")) {
    const auto shape = config::detail::read<std::vector<std::int64_t>>(*value, "output_shape", {});
    if (!shape.empty()) return shape.front();
  }
  if (environment.data) return environment.data->sets.train->y.size(-1);
  const auto dataset = registries.datasets.make(config.dataset, {registries});
  return datamodel::import_data(dataset->name(), environment.root).sets.train->y.size(-1);
}

std::string number(float value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string csv_text(const at::Tensor& logits) {
  const auto rows = logits.to(at::kFloat).contiguous();
  const auto classes = rows.argmax(1);
  std::string text = "class";
  for (std::int64_t k = 0; k < rows.size(1); ++k) text += ",logit_" + std::to_string(k);
  text += '\n';
  const auto* value = rows.const_data_ptr<float>();
  for (std::int64_t n = 0; n < rows.size(0); ++n) {
    text += std::to_string(classes[n].item<std::int64_t>());
    for (std::int64_t k = 0; k < rows.size(1); ++k) text += "," + number(*value++);
    text += '\n';
  }
  return text;
}

}  // namespace

void predict(const config::LoadedConfig& loaded, const config::Registries& registries, const Environment& environment,
             const std::string& input, const std::string& output) {
  const auto index = only_model(loaded.config);
  const auto& model_config = loaded.config.models[index];
  io::check_writable_target(output);
  auto x = io::read_npy(input);
  QUALIA_SNN_CHECK(x.dim() >= 2 && x.size(0) > 0, DataError, input, ": holds ", x.sizes(),
                   "; expected at least one sample, [N, ...]");
  if (x.scalar_type() != at::kFloat && x.scalar_type() != at::kByte) x = x.to(at::kFloat);

  auto inner = environment;
  const auto outputs = count_outputs(loaded.config, model_config, registries, environment);
  inner.data = datamodel::RawDataModel{input, {}};
  inner.data->sets.train = datamodel::RawData{x, at::zeros({x.size(0), outputs})};
  Bench bench(loaded, registries, inner, config::Purpose::kEvaluate);
  const PostprocessingChain chain(bench, registries);
  bench.rehearse();
  bench.announce();
  const auto exported = chain.read_exported({index, loaded.config.bench.first_run});
  const RandomKey key(static_cast<std::uint64_t>(loaded.config.bench.seed));
  const auto logits = learningframework::predict(bench.framework(), *inner.data->sets.train, model_config.batch_size,
                                                 RandomSource(key.with("predict")));
  io::write_file(output, csv_text(logits));
  log::info(concat("wrote ", output, ": ", logits.size(0), " samples, weights ", exported.weights));
}

}  // namespace qualia_snn::command
