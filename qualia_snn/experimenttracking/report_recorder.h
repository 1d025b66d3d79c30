#pragma once

#include <string>
#include <vector>

#include "qualia_snn/experimenttracking/report.h"
#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// Keeps the epochs of a training call for its report.
class QUALIA_SNN_API ReportRecorder final : public learningframework::Observer {
 public:
  void on_epoch_end(const learningframework::EpochInfo& info) override;
  State save() const override;
  void load(const State& state) override;

  const std::vector<Report::Epoch>& epochs() const { return epochs_; }
  /// Returns how a layer was in each epoch; empty: not measured.
  std::vector<LayerHealth> health(const std::string& layer) const;

 private:
  std::vector<Report::Epoch> epochs_;
  std::vector<std::string> layers_;
  std::vector<std::vector<LayerHealth>> health_;  ///< by epoch, then by layer
};

}  // namespace qualia_snn::experimenttracking
