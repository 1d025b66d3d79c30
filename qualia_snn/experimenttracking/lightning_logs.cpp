#include "qualia_snn/experimenttracking/lightning_logs.h"

#include <filesystem>

#include "qualia_snn/core/error.h"

namespace qualia_snn::experimenttracking {
namespace {

const std::string kTables = "logs/PyTorchLightning", kEvents = "lightning_logs";

}  // namespace

std::string LightningLogs::folder(const std::string& parent, const std::string& name) {
  const auto folder = (std::filesystem::path(root_) / parent / name).string();
  const auto [version, claimed] = versions_.try_emplace(folder, 0);
  if (claimed) version->second = next_version(folder);
  return concat(folder, "/version_", version->second);
}

void LightningLogs::claim(const std::string& name) {
  folder(kTables, name);
  folder(kEvents, name);
}

std::shared_ptr<CSVLogger> LightningLogs::csv_logger(const std::string& name) {
  return std::make_shared<CSVLogger>(folder(kTables, name));
}

std::shared_ptr<TensorBoardLogger> LightningLogs::tensorboard_logger(const std::string& name,
                                                                     tensorboard::HyperParameters hyper_parameters) {
  return std::make_shared<TensorBoardLogger>(folder(kEvents, name), std::move(hyper_parameters));
}

void LightningLogs::write_evaluation(const std::string& name, const learningframework::Metrics& metrics,
                                     const NamedImages& images) {
  write_evaluation_metrics(folder(kTables, name), metrics);
  if (tensorboard::is_available()) write_evaluation_events(folder(kEvents, name), metrics, images);
}

}  // namespace qualia_snn::experimenttracking
