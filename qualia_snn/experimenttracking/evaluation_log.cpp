#include "qualia_snn/experimenttracking/evaluation_log.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/python_text.h"

namespace qualia_snn::experimenttracking {
namespace {

using io::ArrayStyle;

struct Normalised {
  at::Tensor counts, shares;  // [K, K]; a class without samples has NaN
  std::string average;        // of the diagonal; NaN too then, unlike the metric avgclsacc
};

Normalised normalise(const learningframework::ConfusionMatrix& matrix) {
  const auto counts = matrix.counts().cpu();
  const auto shares = counts.to(at::kDouble) / counts.sum(1, /*keepdim=*/true).to(at::kDouble);
  const auto average = shares.diagonal().mean().item<double>();
  return {counts, shares, concat("avg_class_accuracy=np.float64(", io::python_repr(average), ")")};
}

}  // namespace

std::string confusion_matrix_text(const learningframework::ConfusionMatrix& matrix) {
  const auto [counts, shares, average] = normalise(matrix);
  return concat("Confusion matrix:\n", average, "\n", io::numpy_text(counts, ArrayStyle::kStr, ""), "\nNormalized:\n",
                io::numpy_text(shares, ArrayStyle::kStr));
}

std::string metrics_text(learningframework::Metrics metrics) {
  std::sort(metrics.begin(), metrics.end());  // as torchmetrics sorts a collection
  std::string text;
  for (const auto& [name, value] : metrics) {
    text += concat(text.empty() ? "" : ", ", "'", name, "': ", io::python_repr_float32(value));
  }
  return "{" + text + "}";
}

void EvaluationLog::add(const std::string& name, const std::string& dataset_type,
                        const learningframework::Metrics& metrics,
                        const learningframework::ConfusionMatrix* confusion_matrix) {
  text_ += concat("name='", name, "'\ndataset_type='", dataset_type, "'\nmetrics=[", metrics_text(metrics), "]\n");
  if (confusion_matrix) {
    const auto [counts, shares, average] = normalise(*confusion_matrix);
    text_ += concat(average, "\ncm=", io::numpy_text(counts, ArrayStyle::kRepr, "int32"),
                    "\nncm=", io::numpy_text(shares, ArrayStyle::kRepr), "\n");
  }
  io::write_file(path_, text_);
}

void EvaluationLog::restore(std::string text) {
  text_ = std::move(text);
  if (!text_.empty()) io::write_file(path_, text_);
}

}  // namespace qualia_snn::experimenttracking
