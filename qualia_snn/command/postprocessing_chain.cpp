#include "qualia_snn/command/postprocessing_chain.h"

#include <algorithm>
#include <utility>

#include "qualia_snn/command/stored_weights.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::command {
namespace {

void check_result(const std::string& step, const postprocessing::TrainedModel& trained) {
  QUALIA_SNN_CHECK(trained.model, PluginError, step, ": returned no model");
  QUALIA_SNN_CHECK(!trained.name.empty() && trained.name.find('/') == std::string::npos, PluginError, step,
                   ": returned the name \"", trained.name, "\", which cannot be a file's");
}

}  // namespace

PostprocessingChain::PostprocessingChain(const Bench& bench, const config::Registries& registries)
    : bench_(bench), registries_(registries) {
  for (const auto& step : bench.config().postprocessing) {
    if (registries_.postprocessings.is_not_offered(step.kind)) continue;
    make(step);  // what is wrong with it shows before the work starts
    steps_.push_back(&step);
  }
}

std::shared_ptr<postprocessing::Postprocessing> PostprocessingChain::make(
    const config::PostprocessingConfig& step) const {
  return registries_.postprocessings.make(step, {registries_});
}

void PostprocessingChain::check(const learningmodel::LearningModel& model) const {
  for (const auto* step : steps_) make(*step)->check(model);
}

ExportedModel PostprocessingChain::read_exported(const ModelRun& model_run) const {
  ExportedModel exported{bench_.model_config(model_run.index).name, bench_.make_model(model_run.index), {}};
  // Qualia takes every step's name, and fails where the last that changes it does not export.
  const auto last = std::find_if(steps_.rbegin(), steps_.rend(), [](const auto* step) { return step->export_weights; });
  for (auto step = steps_.begin(); step != last.base(); ++step) {
    const auto processing = make(**step);
    exported.name = processing->process_name(exported.name);
    exported.model = processing->process_model(exported.model);
  }
  bench_.framework().set_model(exported.model);
  exported.weights = bench_.weights_path(exported.name, model_run.run);
  read_weights(*exported.model, exported.weights);
  return exported;
}

void PostprocessingChain::apply(postprocessing::TrainedModel trained,
                                const postprocessing::PostprocessingContext& context, const Hooks& hooks) const {
  for (const auto* step : steps_) {
    hooks.enter(concat("the postprocessing ", step->kind, " of ", trained.name, "_r", trained.run));
    const auto parent_hash = trained.hash;
    const auto before = trained.model;
    try {
      trained = make(*step)->apply(trained, context);
      check_result(step->kind, trained);
    } catch (const Error&) {
      log::warning(concat("the postprocessing ", step->kind, " of ", trained.name, "_r", trained.run,
                          " failed; what was exported before it stays"));
      throw;
    }
    bench_.framework().set_model(trained.model);
    if (trained.model != before) trained.spikes.reset();
    if (trained.log) hooks.add_row(trained);
    if (!step->export_weights) continue;
    const auto path = bench_.weights_path(trained.name, trained.run);
    write_weights(path, *trained.model, bench_.config().bench.safetensors);
    trained.hash = weights_hash(path);
    log::info("weights = " + path);
    hooks.exported(trained, parent_hash);
  }
}

}  // namespace qualia_snn::command
