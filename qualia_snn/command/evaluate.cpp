#include "qualia_snn/command/evaluate.h"

#include <utility>

#include "qualia_snn/command/bench.h"
#include "qualia_snn/command/evaluation.h"
#include "qualia_snn/command/postprocessing_chain.h"
#include "qualia_snn/command/run_logs.h"
#include "qualia_snn/command/stored_weights.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/io/python_text.h"

namespace qualia_snn::command {
namespace {

constexpr const char* kLogKind = "evaluate";

ModelResult evaluate_run(const Bench& bench, const PostprocessingChain& chain, const ModelRun& model_run, RunLogs& logs,
                         const learningframework::Observers& observers) {
  const auto [name, model, path] = chain.read_exported(model_run);
  const auto draws = bench.make_draws(model_run);
  const auto batch_size = bench.model_config(model_run.index).batch_size;
  const auto evaluation =
      evaluate_model(bench, concat(name, "_r", model_run.run), batch_size, *draws, logs.evaluations);
  const auto parameters = model->parameter_count();
  logs.results.add_row({name, std::to_string(model_run.run), "float32", std::to_string(parameters),
                        std::to_string(parameters * 4), accuracy_text(evaluation.test_accuracy),
                        io::python_repr(evaluation.seconds_per_sample), "", "",
                        experimenttracking::metrics_text(evaluation.metrics)});
  if (const auto hash = weights_hash(path)) {
    const learningframework::EvaluationInfo info{name, *hash, evaluation.metrics, evaluation.seconds_per_sample};
    for (const auto& observer : observers) observer->on_evaluation(info);
  }
  return {name, model_run.run, parameters, evaluation.test_accuracy, evaluation.metrics, path};
}

}  // namespace

Results evaluate(const config::LoadedConfig& loaded, const config::Registries& registries,
                 const Environment& environment) {
  Bench bench(loaded, registries, environment, config::Purpose::kEvaluate);
  const PostprocessingChain chain(bench, registries);
  bench.rehearse();
  check_log_folders(loaded, environment, kLogKind);
  auto observers = environment.observers;
  if (auto tracker = bench.make_tracker()) observers.push_back(std::move(tracker));
  bench.announce();
  auto logs = begin_logs(
      loaded, environment, kLogKind,
      {"name", "i", "quantization", "params", "mem_params", "accuracy", "avg_time", "rom_size", "ram_size", "metrics"});

  Results results{{}, logs.results.path(), {}};
  try {
    for (const auto& model_run : bench.model_runs()) {
      results.models.push_back(evaluate_run(bench, chain, model_run, logs, observers));
    }
  } catch (...) {
    logs.discard_if_empty();
    throw;
  }
  return results;
}

}  // namespace qualia_snn::command
