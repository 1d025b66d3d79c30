#include "qualia_snn/command/experiment.h"

#include <utility>

#include "qualia_snn/command/dry_run.h"
#include "qualia_snn/command/evaluate.h"
#include "qualia_snn/command/predict.h"
#include "qualia_snn/command/preprocess_data.h"
#include "qualia_snn/command/train.h"

namespace qualia_snn::command {

Experiment::Experiment(config::LoadedConfig config, const config::Registries& registries, Environment environment)
    : loaded_(std::move(config)), registries_(registries), environment_(std::move(environment)) {}

void Experiment::add_observer(std::shared_ptr<learningframework::Observer> observer) {
  environment_.observers.push_back(std::move(observer));
}

void Experiment::preprocess_data() { command::preprocess_data(loaded_, registries_, environment_.root); }

Results Experiment::train() { return command::train(loaded_, registries_, environment_); }
Results Experiment::evaluate() { return command::evaluate(loaded_, registries_, environment_); }
std::string Experiment::dry_run() { return command::dry_run(loaded_, registries_, environment_); }

void Experiment::predict(const std::string& input, const std::string& output) {
  command::predict(loaded_, registries_, environment_, input, output);
}

}  // namespace qualia_snn::command
