#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "qualia_snn/experimenttracking/lightning_figures.h"

namespace qualia_snn::experimenttracking {

/// Lightning's table of a training call, metrics.csv: every fiftieth update, and each epoch with its validation.
///
/// Columns are sorted and come as they are first measured; figures are float32, as Lightning's are.
/// Source: lightning.pytorch.loggers.CSVLogger with log_every_n_steps = 50, as Qualia calls it.
class QUALIA_SNN_API CSVLogger final : public learningframework::Observer {
 public:
  /// @param folder  logs/PyTorchLightning/<run>/version_<k>
  explicit CSVLogger(std::string folder) : folder_(std::move(folder)) {}
  void on_step_end(const learningframework::StepInfo& info) override;
  void on_epoch_end(const learningframework::EpochInfo& info) override;
  /// @throws DataError  if the files cannot be written; within training that is a warning.
  void on_fit_end() override;
  State save() const override;
  void load(const State& state) override;

 private:
  using Row = std::map<std::string, std::string>;

  void add(std::int64_t epoch, std::int64_t updates, const learningframework::Metrics& figures);
  void write() const;

  std::string folder_;
  std::vector<Row> rows_;
  LoggedSteps steps_;
  bool warned_ = false;
};

/// Writes the table of one evaluation, as Lightning's CSVLogger does, and the empty hparams.yaml beside it.
QUALIA_SNN_API void write_evaluation_metrics(const std::string& folder, const learningframework::Metrics& metrics);

/// Returns the number of the next version_<k> in a folder: one more than the highest.
QUALIA_SNN_API std::int64_t next_version(const std::string& folder);

}  // namespace qualia_snn::experimenttracking
