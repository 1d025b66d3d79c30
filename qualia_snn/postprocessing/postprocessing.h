#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/observer.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "qualia_snn/postprocessing/spike_statistics.h"

/// Steps after training.
namespace qualia_snn::postprocessing {

/// A trained model on its way through the steps.
struct TrainedModel {
  std::string name;  ///< of files and log rows; a step that changes the model appends to it
  std::int64_t run = 0;
  std::shared_ptr<learningmodel::LearningModel> model;
  std::optional<double> test_accuracy;
  bool log = true;                                     ///< after a step, a row of the results tells of it
  learningframework::Metrics metrics = {};             ///< of its last evaluation
  std::optional<std::string> hash = {};                ///< SHA-256 of its .pth file, once there is one
  std::shared_ptr<const SpikeStatistics> spikes = {};  ///< over the test set, once a step has counted them
};

/// What a step works with besides the model.
struct PostprocessingContext {
  learningframework::TrainerModule& framework;  ///< has the model
  const datamodel::RawDataModel& data;
  std::int64_t batch_size = 32;
  /// Evaluates the framework's model on the test set, and logs that under a name; empty: there is none.
  std::function<learningframework::Metrics(const std::string& name)> evaluate = {};
  /// Writes a log of a kind, <date><suffix>, and returns its path; empty: logs are not written.
  std::function<std::string(const std::string& kind, const std::string& suffix, const std::string& text)> write_log =
      {};
  learningframework::Observers recorders = {};  ///< who is told of models and what they need
  std::string root = ".";                       ///< folder that `out` is in
};

/// Returns the test set.
/// @param use  what it is needed for, for the message
/// @throws DataError  if there is none, or an empty one.
const datamodel::RawData& test_set(const PostprocessingContext& context, const std::string& use);

/// Evaluates a model that the framework has, and takes what that gives; nothing without a test set.
QUALIA_SNN_API void evaluate(TrainedModel& trained, const PostprocessingContext& context);

/// Writes a log, where there are logs, and says where.
QUALIA_SNN_API void write_log(const PostprocessingContext& context, const std::string& kind, const std::string& suffix,
                              const std::string& text);

/// A step after training: `[[postprocessing]]`.
///
/// Steps run in order, each on what the one before returned; with `export = true` the weights of its model are written.
/// Source: qualia_core.postprocessing.PostProcessing.
class QUALIA_SNN_API Postprocessing {
 public:
  virtual ~Postprocessing();
  /// Returns the model that the next step gets: the same, or a new one under a new name.
  virtual TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) = 0;

  /// Says before the training if this step cannot work on such a model.
  /// @throws ConfigError
  virtual void check(const learningmodel::LearningModel& model) const;
  /// Returns the name that `apply` gives to a model.
  virtual std::string process_name(const std::string& name) const;
  /// Returns a model with the layers that `apply` leaves; weights that were exported after it fit.
  virtual std::shared_ptr<learningmodel::LearningModel> process_model(
      std::shared_ptr<learningmodel::LearningModel> model) const;
};

}  // namespace qualia_snn::postprocessing
