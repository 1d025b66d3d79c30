#include "qualia_snn/neuron/psn.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {

std::string PSN::Options::validate() const {
  return step_mode == "m" ? "" : "step_mode = \"s\": every step sees all T inputs, set step_mode = \"m\"";
}

PSN::PSN(const Options& options, const config::BuildContext& context) : ParallelNeuron(options, context) {
  weight = register_parameter("weight", draw_weights(options.T));
  bias = register_parameter("bias", at::full({options.T, 1}, -1., at::kFloat));
}

at::Tensor PSN::weights(std::int64_t, std::int64_t T, std::int64_t) const {
  QUALIA_SNN_CHECK(T == weight.size(0), ShapeError, "PSN: has weights for T = ", weight.size(0),
                   " steps in one call, gets ", T, "; set params.neuron.params.T");
  return weight;
}

}  // namespace qualia_snn::neuron
