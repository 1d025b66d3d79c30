#include "qualia_snn/command/postprocessing_chain.h"

#include <filesystem>
#include <utility>

#include "qualia_snn/command/stored_weights.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace fs = std::filesystem;

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
    registries_.postprocessings.make(step, {registries_});  // what is wrong with it shows before the work starts
    steps_.push_back(&step);
  }
}

void PostprocessingChain::apply(postprocessing::TrainedModel trained,
                                const postprocessing::PostprocessingContext& context, const Hooks& hooks) const {
  for (const auto* step : steps_) {
    hooks.enter(concat("the postprocessing ", step->kind, " of ", trained.name, "_r", trained.run));
    const auto parent_hash = trained.hash;
    try {
      trained = registries_.postprocessings.make(*step, {registries_})->apply(trained, context);
      check_result(step->kind, trained);
    } catch (const Error&) {
      log::warning(concat("the postprocessing ", step->kind, " of ", trained.name, "_r", trained.run,
                          " failed; what was exported before it stays"));
      throw;
    }
    bench_.framework().set_model(trained.model);
    if (trained.log) hooks.add_row(trained);
    if (!step->export_weights) continue;
    const auto file = concat(trained.name, "_r", trained.run, ".pth");
    const auto path = (fs::path(bench_.root()) / "out" / "learningmodel" / file).string();
    write_weights(path, *trained.model, bench_.config().bench.safetensors);
    trained.hash = weights_hash(path);
    log::info("weights = " + path);
    hooks.exported(trained, parent_hash);
  }
}

}  // namespace qualia_snn::command
