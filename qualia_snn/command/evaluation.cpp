#include "qualia_snn/command/evaluation.h"

#include <chrono>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/python_text.h"
#include "qualia_snn/learningframework/trainer.h"

namespace qualia_snn::command {

Evaluation evaluate_set(const Bench& bench, const std::string& log_name, const std::string& set,
                        const datamodel::RawData& data, std::int64_t batch_size, learningframework::Draws& draws,
                        experimenttracking::EvaluationLog& log) {
  using Clock = std::chrono::steady_clock;
  auto& framework = bench.framework();
  Evaluation evaluation;
  const auto run_pass = [&] {
    return learningframework::evaluate(framework, data, batch_size, draws.begin_evaluation(set, /*epoch=*/0));
  };
  const auto start = Clock::now();
  const auto collection = run_pass();
  evaluation.metrics = collection.compute(set + "_");
  evaluation.seconds_per_sample =
      std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(data.size());
  const bool matrix = framework.options().enable_confusion_matrix && data.y.size(1) > 1;
  const auto second = matrix && draws.has_confusion_matrix_pass() ? run_pass() : collection;
  std::string line = concat("evaluated ", log_name, ":");
  for (const auto& [metric, value] : evaluation.metrics) {
    if (!learningframework::repeats_accuracy(metric)) line += concat(" ", metric, " = ", value);
    if (metric == "test_acc") evaluation.test_accuracy = value;
  }
  log::info(line);
  if (matrix) evaluation.confusion_matrix = second.confusion_matrix().counts();
  if (matrix) log::info(experimenttracking::confusion_matrix_text(second.confusion_matrix()));
  log.add(log_name, set, evaluation.metrics, matrix ? &second.confusion_matrix() : nullptr);
  return evaluation;
}

Evaluation evaluate_model(const Bench& bench, const std::string& name, std::int64_t batch_size,
                          learningframework::Draws& draws, experimenttracking::EvaluationLog& log) {
  Evaluation all;
  for (const auto& [set, data] : bench.evaluated_sets()) {
    auto one = evaluate_set(bench, concat(name, "_eval_", set), set, *data, batch_size, draws, log);
    all.metrics.insert(all.metrics.end(), one.metrics.begin(), one.metrics.end());
    if (one.test_accuracy) all.test_accuracy = one.test_accuracy;
    all.seconds_per_sample = one.seconds_per_sample;
    all.confusion_matrix = std::move(one.confusion_matrix);
  }
  return all;
}

std::string accuracy_text(const std::optional<double>& accuracy) {
  return accuracy ? io::python_repr_float32(*accuracy) : "None";
}

}  // namespace qualia_snn::command
