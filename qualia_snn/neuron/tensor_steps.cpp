#include "qualia_snn/neuron/tensor_steps.h"

#include <ATen/core/grad_mode.h>

namespace qualia_snn::neuron::detail {

at::Tensor count_spikes(const at::Tensor& x, const at::Tensor& output, std::int64_t T) {
  const at::NoGradGuard no_grad;
  const auto fired = output.ne(0).unflatten(0, {T, output.size(0) / T}).sum(0);
  return neuron::count_spikes(fired, T, x.eq(0).logical_or(x.eq(1)).all());
}

}  // namespace qualia_snn::neuron::detail
