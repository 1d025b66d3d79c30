#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn::neuron {

/// Statistics of one call, over all neurons and steps.
struct SpikeCounts {
  std::int64_t neurons = 0;    ///< of the layer, with the batch
  std::int64_t spikes = 0;     ///< outputs that are not 0
  std::int64_t silent = 0;     ///< neurons without a spike
  std::int64_t always_on = 0;  ///< neurons with a spike at every step
  bool binary_input = true;    ///< whether every input was 0 or 1
};

/// Returns counts as five numbers on the CPU; a GPU leaves them where it computed them until somebody reads them.
QUALIA_SNN_API at::Tensor to_tensor(const SpikeCounts& counts);

/// Returns the counts of T steps from numbers per neuron, on the device of these, without waiting for it.
///
/// @param spikes        [neurons], outputs that are not 0
/// @param binary_input  one truth value
QUALIA_SNN_API at::Tensor count_spikes(const at::Tensor& spikes, std::int64_t T, const at::Tensor& binary_input);

/// Reads what `to_tensor` or `count_spikes` returned.
QUALIA_SNN_API SpikeCounts read_counts(const at::Tensor& counts);

}  // namespace qualia_snn::neuron
