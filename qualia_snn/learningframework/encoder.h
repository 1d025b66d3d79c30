#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/random_source.h"

namespace qualia_snn::learningframework {

/// Turns static samples into spikes over time: x [N, C, ...], 0 to 1, becomes [N, T, C, ...], 0 or 1.
///
/// "poisson": a spike in every step with probability x. "latency": one spike, in step round((T - 1) (1 - x)), the
/// earlier the larger x is.
/// @param random  drawn from on the CPU
/// @throws DataError  if x is not between 0 and 1.
/// Source: spikingjelly.activation_based.encoding, PoissonEncoder and LatencyEncoder (linear).
QUALIA_SNN_API at::Tensor encode(const std::string& encoder, const at::Tensor& x, std::int64_t T,
                                 const RandomSource& random);

}  // namespace qualia_snn::learningframework
