#pragma once

#include <string>

#include "qualia_snn/learningframework/metrics.h"

namespace qualia_snn::experimenttracking {

/// Returns the confusion matrix [K, K], counted and normalised by rows, as Qualia prints it after an evaluation.
///
/// Source: qualia_core.learningframework.PyTorch.evaluate.
QUALIA_SNN_API std::string confusion_matrix_text(const learningframework::ConfusionMatrix& matrix);

/// Returns metrics as Python prints a dict of them, sorted by name: {'test_acc': 0.8}.
QUALIA_SNN_API std::string metrics_text(learningframework::Metrics metrics);

/// Qualia's text log of evaluations; complete after each of them.
class QUALIA_SNN_API EvaluationLog {
 public:
  explicit EvaluationLog(std::string path) : path_(std::move(path)) {}
  /// Appends one evaluation.
  /// @param name              of the run, for example "scnn_r1_eval_test"
  /// @param dataset_type      "train" or "test"
  /// @param confusion_matrix  may be null
  /// @throws DataError  if the file cannot be written.
  void add(const std::string& name, const std::string& dataset_type, const learningframework::Metrics& metrics,
           const learningframework::ConfusionMatrix* confusion_matrix);
  const std::string& path() const { return path_; }
  /// Returns the whole file.
  const std::string& text() const { return text_; }
  /// Makes the file what `text` returned earlier.
  void restore(std::string text);

 private:
  std::string path_, text_;
};

}  // namespace qualia_snn::experimenttracking
