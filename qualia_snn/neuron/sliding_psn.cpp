#include "qualia_snn/neuron/sliding_psn.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qualia_snn::neuron {

SlidingPSN::SlidingPSN(const Options& options, const config::BuildContext& context) : ParallelNeuron(options, context) {
  const auto k = options.k;
  const double bound = 1 / std::sqrt(static_cast<double>(k));
  weight = register_parameter("weight", options.exp_init ? at::exp2(at::arange(1 - k, 1, at::TensorOptions(at::kFloat)))
                                                         : at::empty({k}, at::kFloat).uniform_(-bound, bound));
  bias = register_parameter("bias", at::full({}, -1., at::kFloat));
}

at::Tensor SlidingPSN::weights(std::int64_t, std::int64_t T, std::int64_t past) const {
  // The step of row t, counted with the past, is past + t; column c is weighted by its distance to it.
  const auto k = weight.size(0);
  const auto options = at::TensorOptions(at::kLong).device(weight.device());
  const auto place =
      at::arange(past + T, options).unsqueeze(0) - at::arange(past, past + T, options).unsqueeze(1) + k - 1;
  return at::where((place >= 0) & (place < k), weight.index({place.clamp(0, k - 1)}), 0.);
}

}  // namespace qualia_snn::neuron
