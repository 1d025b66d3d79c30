#pragma once

#include <optional>
#include <string>

#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::command {

/// Loads a model's weights; a missing file is a warning, as in Qualia.
/// @throws DataError or ShapeError  if they belong to another model.
void load_weights(learningmodel::LearningModel& model, const std::string& path);

/// Returns the cell of a log table as Qualia writes it: the float32 figure, or "None".
std::string accuracy_text(const std::optional<double>& accuracy);

}  // namespace qualia_snn::command
