#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/experimenttracking/csv_logger.h"
#include "qualia_snn/experimenttracking/tensorboard_logger.h"

namespace qualia_snn::experimenttracking {

/// The folders that Lightning's loggers number, logs/PyTorchLightning/<name>/version_<k> and lightning_logs/<name>/..,
/// and the loggers that write there.
class QUALIA_SNN_API LightningLogs {
 public:
  using Versions = std::map<std::string, std::int64_t>;  ///< numbers by path

  /// @param root      where logs/ and lightning_logs/ are
  /// @param versions  numbers that are claimed already; outlives this
  LightningLogs(std::string root, Versions& versions) : root_(std::move(root)), versions_(versions) {}

  /// Numbers the folders of a training call or an evaluation; what is kept of `versions` then goes on with them.
  void claim(const std::string& name);
  std::shared_ptr<CSVLogger> csv_logger(const std::string& name);
  std::shared_ptr<TensorBoardLogger> tensorboard_logger(const std::string& name,
                                                        tensorboard::HyperParameters hyper_parameters);
  /// Writes the table and the events of an evaluation.
  /// @throws DataError  if they cannot be written: the run can go on from before the evaluation.
  void write_evaluation(const std::string& name, const learningframework::Metrics& metrics, const NamedImages& images);

 private:
  std::string folder(const std::string& parent, const std::string& name);

  std::string root_;
  Versions& versions_;
};

}  // namespace qualia_snn::experimenttracking
