#include "qualia_snn/neuron/masked_psn.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {

std::string MaskedPSN::Options::validate() const {
  if (step_mode == "m" || lambda_init >= 1) return "";
  return concat("step_mode = \"s\" with lambda_init = ", lambda_init,
                ": through an open mask a step sees all T inputs, set step_mode = \"m\"");
}

MaskedPSN::MaskedPSN(const Options& options, const config::BuildContext& context)
    : ParallelNeuron(options, context), k_(options.k) {
  const auto T = options.T;
  weight = register_parameter("weight", draw_weights(T));
  bias = register_parameter("bias", at::full({T, 1}, -1., at::kFloat));
  lambda = register_buffer("_lambda_", at::full({}, options.lambda_init, at::kFloat));
  mask1 = at::ones({T, T}, at::kFloat);
  mask0 = register_buffer("mask0", mask1.tril() * mask1.triu(1 - k_));
  mask1 = register_buffer("mask1", mask1);
}

std::optional<std::int64_t> MaskedPSN::timesteps() const {
  return lambda.item<double>() < 1 ? std::optional(weight.size(0)) : std::nullopt;
}

at::Tensor MaskedPSN::weights(std::int64_t begin, std::int64_t T, std::int64_t past) const {
  const auto closed = lambda.item<double>();
  QUALIA_SNN_CHECK(begin + T <= weight.size(0), ShapeError, "MaskedPSN: has weights for T = ", weight.size(0),
                   " steps, gets steps ", begin + 1, " to ", begin + T, "; set params.neuron.params.T, or reset()");
  QUALIA_SNN_CHECK(closed >= 1 || stands_alone(T), ShapeError, "MaskedPSN: with lambda = ", closed,
                   " all T = ", weight.size(0), " steps must come in one call, ", T, " came");
  const auto masked = closed >= 1 ? weight * mask0 : (lambda * mask0 + (1 - lambda) * mask1) * weight;
  return masked.narrow(0, begin, T).narrow(1, begin - past, past + T);
}

}  // namespace qualia_snn::neuron
