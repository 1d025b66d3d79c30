#include "qualia_snn/learningframework/update_pass.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "qualia_snn/neuron/instruction_set.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "update_pass.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::learningframework {
namespace {

/// Weights that a thread should have to move.
constexpr std::int64_t kGrain = 16384;

const UpdateKernels& kernels() {
  return neuron::with_instruction_set(
      neuron::instruction_set(), [](auto set) -> const auto& { return update_kernels<set>(); });
}

/// Calls `run` with parts of `whole`; `pointers` are the members that step through the weights.
template <class Row, class... Members>
void run_parts(const Row& whole, void (*run)(const Row&), Members... pointers) {
  at::parallel_for(0, whole.n, kGrain, [&](std::int64_t begin, std::int64_t end) {
    auto part = whole;
    part.n = end - begin;
    ((part.*pointers = part.*pointers ? part.*pointers + begin : nullptr), ...);
    run(part);
  });
}

}  // namespace

bool updates_in_one_pass(const std::vector<at::Tensor>& tensors) {
  const auto& first = tensors.front();
  return std::all_of(tensors.begin(), tensors.end(), [&](const at::Tensor& tensor) {
    return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense() &&
           tensor.sizes() == first.sizes() && tensor.strides() == first.strides();
  });
}

void update_in_one_pass(const AdamRow& whole) {
  run_parts(whole, kernels().adam, &AdamRow::parameter, &AdamRow::gradient, &AdamRow::exp_avg, &AdamRow::exp_avg_sq);
}

void update_in_one_pass(const SGDRow& whole) {
  run_parts(whole, kernels().sgd, &SGDRow::parameter, &SGDRow::gradient, &SGDRow::momentum_buffer);
}

}  // namespace qualia_snn::learningframework
