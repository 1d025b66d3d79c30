#include "qualia_snn/command/stored_weights.h"

#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/io/safetensors.h"
#include "qualia_snn/io/sha256.h"
#include "qualia_snn/layer/state_dict.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {

namespace {

std::string safetensors_beside(const std::string& path) { return fs::path(path).replace_extension(".safetensors"); }

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

void read_weights(learningmodel::LearningModel& model, const std::string& path) {
  const auto beside = safetensors_beside(path);
  if (exists(path) || !exists(beside)) return layer::load_state_dict(model, io::read_pth(path), path);
  const auto contents = io::read_safetensors(beside);
  layer::load_state_dict(model, {contents.tensors.begin(), contents.tensors.end()}, beside);
}

std::optional<std::string> weights_hash(const std::string& path) {
  if (!exists(path)) return std::nullopt;
  return io::sha256_of_file(path);
}

void write_weights(const std::string& path, const learningmodel::LearningModel& model, bool safetensors) {
  const auto state = layer::state_dict(model);
  io::write_pth(path, state);
  if (safetensors) io::write_safetensors(safetensors_beside(path), {{state.begin(), state.end()}, {}});
}

void load_weights(learningmodel::LearningModel& model, const std::string& path) {
  if (!exists(path) && !exists(safetensors_beside(path))) {
    // Qualia: a missing file is no error.
    log::warning(path + ": not found; the model keeps its initial weights");
    return;
  }
  read_weights(model, path);
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
