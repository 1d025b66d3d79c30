#include "qualia_snn/command/experiment.h"

#include <utility>

#include "qualia_snn/command/preprocess_data.h"
#include "qualia_snn/command/train.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::command {

Experiment::Experiment(config::LoadedConfig config, const config::Registries& registries, std::string root,
                       std::chrono::steady_clock::time_point program_start)
    : loaded_(std::move(config)), registries_(registries), root_(std::move(root)), program_start_(program_start) {}

void Experiment::preprocess_data() {
  command::preprocess_data(loaded_.config, registries_, root_);
  for (const auto& warning : loaded_.warnings) log::warning(warning);
}

Results Experiment::train() {
  return command::train(loaded_.config, registries_, {root_, program_start_, loaded_.warnings});
}

}  // namespace qualia_snn::command
