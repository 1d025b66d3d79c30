#include "qualia_snn/learningframework/undisturbed_evaluation.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/random_source.h"

namespace qualia_snn::learningframework {

UndisturbedEvaluation::UndisturbedEvaluation(TrainerModule& module)
    : module_(module), generators_(save_generators(module.device())) {
  module_.model().eval();
}

UndisturbedEvaluation::~UndisturbedEvaluation() {
  module_.model().eval();
  module_.model().reset();
  load_generators(generators_, module_.device());
}

at::Tensor evenly_spaced(std::int64_t count, std::int64_t size) {
  const auto positions = std::min(count, size);
  return at::arange(positions, at::kLong).mul(size).floor_divide(std::max<std::int64_t>(1, positions));
}

}  // namespace qualia_snn::learningframework
