#include "qualia_snn/command/preprocess_data.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/datamodel/cache.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::command {

namespace {

/// Reads the raw files, or what was kept of them.
datamodel::DataModel load(const dataset::Dataset& dataset, const config::Kind& kind, const std::string& root) {
  dataset.prepare();
  if (dataset.sources().empty()) return dataset.load();
  const auto key = [&] {
    return datamodel::CacheKey{dataset.name(), kind.kind + kind.params.value.str(), dataset.sources()};
  };
  const auto folder = (std::filesystem::path(root) / "out" / "cache").string();
  return datamodel::cached(folder, key, [&] { return dataset.load(); });
}

}  // namespace

void preprocess_data(const config::LoadedConfig& loaded, const config::Registries& registries,
                     const std::string& root) {
  const auto& config = loaded.config;
  const auto random = std::make_shared<NumpyRandom>(static_cast<std::uint64_t>(config.bench.seed));
  const auto scratch = (std::filesystem::path(root) / "out" / "data").string();
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}, random, scratch};
  const auto dataset = registries.datasets.make(config.dataset, context);
  std::vector<std::shared_ptr<preprocessing::Preprocessing>> steps;
  for (const auto& kind : config.preprocessing) steps.push_back(registries.preprocessings.make(kind, context));

  for (const auto& warning : loaded.warnings) log::warning(warning);
  log::info(concat("reading ", dataset->name()));
  auto model = load(*dataset, config.dataset, root);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    log::info("applying " + config.preprocessing[i].kind);
    steps[i]->apply(model);
  }
  auto& data = datamodel::raw_data(model, "preprocess_data");
  datamodel::export_data(data, root);
  for (const auto& [name, set] : data.sets.named()) {
    if (*set)
      log::info(concat("wrote out/data/", data.name, "/", name, ": x ", (*set)->x.sizes(), ", y ", (*set)->y.sizes()));
  }
}

}  // namespace qualia_snn::command
