#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/learningframework/observer.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Keeps the weights of the two best epochs in `folder` as epoch=<e>-step=<s>.pth, both counted as Lightning does.
///
/// An epoch has to be better than a kept one to take its place, so the earliest of equal epochs stays.
/// Source: lightning.pytorch.callbacks.ModelCheckpoint with save_top_k = 2, as Qualia calls it.
class QUALIA_SNN_API BestEpochs final : public Observer {
 public:
  /// @param module  whose model is kept and whose option checkpoint_metric decides; outlives this
  BestEpochs(const TrainerModule& module, std::string folder);
  /// @throws DataError  if the weights cannot be written.
  void on_epoch_end(const EpochInfo& info) override;

  State save() const override;
  void load(const State& state) override;

  /// Returns the file of the best epoch; none if the metric was never measured.
  std::optional<std::string> best() const;

 private:
  struct Kept {
    double figure;
    std::string path;
  };
  bool better(double a, double b) const;
  /// Removes the epochs that an earlier training call of this name kept.
  void remove_earlier() const;

  const TrainerModule& module_;
  std::string folder_;
  std::vector<Kept> kept_;  // in the order of the epochs
};

}  // namespace qualia_snn::learningframework
