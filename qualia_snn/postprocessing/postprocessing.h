#pragma once

#include <memory>
#include <optional>
#include <string>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

/// Steps after training.
namespace qualia_snn::postprocessing {

/// A trained model on its way through the steps.
struct TrainedModel {
  std::string name;  ///< of files and log rows; a step that changes the model appends to it
  std::int64_t run = 0;
  std::shared_ptr<learningmodel::LearningModel> model;
  std::optional<double> test_accuracy;
  bool log = false;                         ///< set by a step: a row of the results tells of it
  learningframework::Metrics metrics = {};  ///< of its last evaluation
  std::optional<std::string> hash = {};     ///< SHA-256 of its .pth file, once there is one
};

/// What a step works with besides the model.
struct PostprocessingContext {
  learningframework::TrainerModule& framework;  ///< has the model
  const datamodel::RawDataModel& data;
};

/// A step after training: `[[postprocessing]]`.
///
/// Steps run in order, each on what the one before returned; with `export = true` the weights of its model are written.
/// Source: qualia_core.postprocessing.PostProcessing.
class QUALIA_SNN_API Postprocessing {
 public:
  virtual ~Postprocessing();
  /// Returns the model that the next step gets: the same, or a new one under a new name.
  virtual TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) = 0;
};

}  // namespace qualia_snn::postprocessing
