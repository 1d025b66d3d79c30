#include "qualia_snn/command/preprocess_data.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::command {

void preprocess_data(const config::LoadedConfig& loaded, const config::Registries& registries,
                     const std::string& root) {
  const auto& config = loaded.config;
  const auto random = std::make_shared<NumpyRandom>(static_cast<std::uint64_t>(config.bench.seed));
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}, random};
  const auto dataset = registries.datasets.make(config.dataset, context);
  std::vector<std::shared_ptr<preprocessing::Preprocessing>> steps;
  for (const auto& kind : config.preprocessing) steps.push_back(registries.preprocessings.make(kind, context));

  for (const auto& warning : loaded.warnings) log::warning(warning);
  log::info(concat("reading ", dataset->name()));
  auto data = dataset->load();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    log::info("applying " + config.preprocessing[i].kind);
    steps[i]->apply(data);
  }
  datamodel::export_data(data, root);
  for (const auto& [name, set] : data.sets.named()) {
    if (*set)
      log::info(concat("wrote out/data/", data.name, "/", name, ": x ", (*set)->x.sizes(), ", y ", (*set)->y.sizes()));
  }
}

}  // namespace qualia_snn::command
