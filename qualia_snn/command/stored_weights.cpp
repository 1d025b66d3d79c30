#include "qualia_snn/command/stored_weights.h"

#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/layer/state_dict.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {

void load_weights(learningmodel::LearningModel& model, const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    // Qualia: a missing file is no error.
    log::warning(path + ": not found; the model keeps its initial weights");
    return;
  }
  layer::load_state_dict(model, io::read_pth(path), path);
}

void load_best_epoch(learningmodel::LearningModel& model, const learningframework::BestEpochs& best,
                     const learningframework::TrainerModule::Options& options) {
  const auto path = best.best();
  if (!path) {
    log::warning(concat("learningframework.params.use_best_epoch: ", options.checkpoint_metric.name,
                        " was not measured (bench.use_test_as_valid gives a validation set): the last epoch is kept"));
    return;
  }
  layer::load_state_dict(model, io::read_pth(*path), *path);
  log::info("kept the weights of the best epoch, " + *path);
}

}  // namespace qualia_snn::command
