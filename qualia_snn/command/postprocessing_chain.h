#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::command {

/// A model with the weights that a run of `train` left last.
struct ExportedModel {
  std::string name;  ///< with what the steps up to there appended
  std::shared_ptr<learningmodel::LearningModel> model;
  std::string weights;  ///< path of the .pth file
};

/// The steps after training, `[[postprocessing]]`, in their order.
class PostprocessingChain {
 public:
  /// What a run does on the way.
  struct Hooks {
    std::function<void(const std::string& stage)> enter;  ///< before a step
    std::function<void(const postprocessing::TrainedModel& model)>
        add_row;  ///< to the results, where a step asks for it
    /// After the weights of a step's model were written.
    std::function<void(const postprocessing::TrainedModel& model, const std::optional<std::string>& parent_hash)>
        exported;
  };

  /// Checks the options of the steps that are offered; the bench warns of the rest.
  /// @param bench, registries  outlive this
  /// @throws ConfigError
  PostprocessingChain(const Bench& bench, const config::Registries& registries);

  /// Says before the training if a step cannot work on a model.
  /// @throws ConfigError
  void check(const learningmodel::LearningModel& model) const;

  /// Builds a model of a run as the last step that exports leaves it, gives it those weights, and the framework it.
  /// @throws DataError  if they are not there.
  ExportedModel read_exported(const ModelRun& model_run) const;

  /// Qualia: each step may replace the model, its name and its accuracy for those that follow.
  void apply(postprocessing::TrainedModel trained, const postprocessing::PostprocessingContext& context,
             const Hooks& hooks) const;

 private:
  std::shared_ptr<postprocessing::Postprocessing> make(const config::PostprocessingConfig& step) const;

  const Bench& bench_;
  const config::Registries& registries_;
  std::vector<const config::PostprocessingConfig*> steps_;
};

}  // namespace qualia_snn::command
