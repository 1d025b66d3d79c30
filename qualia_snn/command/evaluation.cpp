#include "qualia_snn/command/evaluation.h"

#include <chrono>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/python_text.h"
#include "qualia_snn/learningframework/trainer.h"

namespace qualia_snn::command {

Evaluation evaluate_model(const Bench& bench, const std::string& name, std::int64_t batch_size,
                          learningframework::Draws& draws, experimenttracking::EvaluationLog& log) {
  using Clock = std::chrono::steady_clock;
  auto& framework = bench.framework();
  Evaluation evaluation;
  for (const auto& [set, data] : bench.evaluated_sets()) {
    const auto run_pass = [&] {
      return learningframework::evaluate(framework, *data, batch_size, draws.begin_evaluation(set, /*epoch=*/0));
    };
    const auto start = Clock::now();
    const auto collection = run_pass();
    const auto metrics = collection.compute(set + "_");
    evaluation.seconds_per_sample =
        std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(data->size());
    const bool matrix = framework.options().enable_confusion_matrix && data->y.size(1) > 1;
    const auto second = matrix && draws.has_confusion_matrix_pass() ? run_pass() : collection;
    std::string line = concat("evaluated ", name, ":");
    for (const auto& [metric, value] : metrics) {
      if (!learningframework::repeats_accuracy(metric)) line += concat(" ", metric, " = ", value);
    }
    log::info(line);
    if (matrix) evaluation.confusion_matrix = second.confusion_matrix().counts();
    if (matrix) log::info(experimenttracking::confusion_matrix_text(second.confusion_matrix()));
    log.add(concat(name, "_eval_", set), set, metrics, matrix ? &second.confusion_matrix() : nullptr);
    evaluation.metrics.insert(evaluation.metrics.end(), metrics.begin(), metrics.end());
    for (const auto& [metric, value] : metrics) {
      if (metric == "test_acc") evaluation.test_accuracy = value;
    }
  }
  return evaluation;
}

std::string accuracy_text(const std::optional<double>& accuracy) {
  return accuracy ? io::python_repr_float32(*accuracy) : "None";
}

}  // namespace qualia_snn::command
