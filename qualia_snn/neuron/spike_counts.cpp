#include "qualia_snn/neuron/spike_counts.h"

#include <ATen/ATen.h>

namespace qualia_snn::neuron {

at::Tensor to_tensor(const SpikeCounts& counts) {
  return at::tensor(
      {counts.neurons, counts.spikes, counts.silent, counts.always_on, static_cast<std::int64_t>(counts.binary_input)},
      at::kLong);
}

at::Tensor count_spikes(const at::Tensor& spikes, std::int64_t T, const at::Tensor& binary_input) {
  const auto neurons = at::full({}, spikes.numel(), spikes.options().dtype(at::kLong));
  return at::stack(
      {neurons, spikes.sum(at::kLong), spikes.eq(0).sum(), spikes.eq(T).sum(), binary_input.to(at::kLong)});
}

SpikeCounts read_counts(const at::Tensor& counts) {
  const auto numbers = counts.cpu();
  const auto* const n = numbers.const_data_ptr<std::int64_t>();
  return {n[0], n[1], n[2], n[3], n[4] != 0};
}

}  // namespace qualia_snn::neuron
