#include "qualia_snn/neuron/tensor_steps.h"

#include <ATen/core/grad_mode.h>

namespace qualia_snn::neuron::detail {

SpikeCounts count_spikes(const at::Tensor& x, const at::Tensor& output, std::int64_t T) {
  const at::NoGradGuard no_grad;
  const auto fired = output.ne(0).unflatten(0, {T, output.size(0) / T}).sum(0);
  SpikeCounts counts;
  counts.neurons = fired.numel();
  counts.spikes = fired.sum().item<std::int64_t>();
  counts.silent = fired.eq(0).sum().item<std::int64_t>();
  counts.always_on = fired.eq(T).sum().item<std::int64_t>();
  counts.binary_input = x.eq(0).logical_or(x.eq(1)).all().item<bool>();
  return counts;
}

}  // namespace qualia_snn::neuron::detail
