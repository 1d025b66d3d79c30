#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/experimenttracking/event_file.h"
#include "qualia_snn/experimenttracking/lightning_figures.h"
#include "qualia_snn/experimenttracking/tensorboard_events.h"

namespace qualia_snn::experimenttracking {

/// Images with their names, as `add_image` takes them.
using NamedImages = std::vector<std::pair<std::string, at::Tensor>>;

/// Lightning's events of a training call for TensorBoard, and hparams.yaml beside them: every fiftieth update, and each
/// epoch with its validation.
///
/// Adds what Lightning does not have: hyper-parameters and, where it is measured, how the layers spike, with histograms
/// of the weights. What cannot be written costs a warning, never a training. Source:
/// lightning.pytorch.loggers.TensorBoardLogger, as Qualia calls it.
class QUALIA_SNN_API TensorBoardLogger final : public learningframework::Observer {
 public:
  /// @param folder            lightning_logs/<run>/version_<k>, of this training call alone
  /// @param hyper_parameters  for the tab HPARAMS; may be empty
  explicit TensorBoardLogger(std::string folder, tensorboard::HyperParameters hyper_parameters = {});

  /// What others measured; written at the next of our records. Steps are updates done so far, less one.
  void add_scalar(const std::string& tag, std::int64_t step, double value);
  /// Without values that are not finite; nothing is written if none is left.
  void add_histogram(const std::string& tag, std::int64_t step, const at::Tensor& values);
  /// @param image  [H, W] or [H, W, 1], grey, or [H, W, 3], in colours; uint8
  /// @throws ShapeError  if it is anything else.
  void add_image(const std::string& tag, std::int64_t step, const at::Tensor& image);

  void on_fit_begin(const learningframework::FitInfo& info) override;
  void on_step_end(const learningframework::StepInfo& info) override;
  void on_epoch_end(const learningframework::EpochInfo& info) override;
  void on_fit_end() override;
  State save() const override;
  void load(const State& state) override;

 private:
  void add_health(std::int64_t step, const learningframework::EpochInfo& info);
  void flush();
  /// Does what may fail for want of files, with a warning the first time.
  void attempt(const std::function<void()>& work);

  std::string folder_;
  tensorboard::HyperParameters hyper_parameters_;
  EventFile file_;
  const learningframework::TrainerModule* module_ = nullptr;  ///< while it is trained
  LoggedSteps steps_;
  bool warned_ = false;
};

/// Writes the events of one evaluation, as Lightning's TensorBoardLogger does, and the empty hparams.yaml beside them.
///
/// @throws DataError  if they cannot be written.
QUALIA_SNN_API void write_evaluation_events(const std::string& folder, const learningframework::Metrics& metrics,
                                            const NamedImages& images = {});

}  // namespace qualia_snn::experimenttracking
