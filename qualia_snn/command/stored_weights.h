#pragma once

#include <optional>
#include <string>

#include "qualia_snn/learningframework/best_epochs.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::command {

/// Gives a model the weights in a .pth file or, where there is none, in the .safetensors file beside it.
/// @throws DataError  naming the file.
void read_weights(learningmodel::LearningModel& model, const std::string& path);

/// Returns the SHA-256 of a .pth file; none: there is no file.
std::optional<std::string> weights_hash(const std::string& path);

/// Writes a model's weights as a .pth file and, if that is asked for, as a .safetensors file beside it.
/// @throws DataError
void write_weights(const std::string& path, const learningmodel::LearningModel& model, bool safetensors);

/// Loads a model's weights; a missing file is a warning.
void load_weights(learningmodel::LearningModel& model, const std::string& path);

/// Loads the weights of the best epoch of a training; a warning tells if none was measured.
void load_best_epoch(learningmodel::LearningModel& model, const learningframework::BestEpochs& best,
                     const learningframework::TrainerModule::Options& options);

}  // namespace qualia_snn::command
