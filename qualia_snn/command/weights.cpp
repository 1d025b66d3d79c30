#include "qualia_snn/command/weights.h"

#include <filesystem>

#include "qualia_snn/core/log.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/io/python_text.h"
#include "qualia_snn/layer/state_dict.h"

namespace qualia_snn::command {

void load_weights(learningmodel::LearningModel& model, const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    // Qualia: a missing file is no error.
    log::warning(path + ": not found; the model keeps its initial weights");
    return;
  }
  layer::load_state_dict(model, io::read_pth(path), path);
}

std::string accuracy_text(const std::optional<double>& accuracy) {
  return accuracy ? io::python_repr(static_cast<double>(static_cast<float>(*accuracy))) : "None";
}

}  // namespace qualia_snn::command
