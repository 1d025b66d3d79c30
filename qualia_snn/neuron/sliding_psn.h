#pragma once

#include "qualia_snn/neuron/parallel_neuron.h"

namespace qualia_snn::neuron {

/// Parallel spiking neuron whose weights are the same at every step: a filter over the last k inputs.
class QUALIA_SNN_API SlidingPSN final : public ParallelNeuron {
 public:
  struct Options : ParallelNeuronOptions {
    std::int64_t k = 1;
    bool exp_init = true;

    static void options(auto&& o) {
      o("k", &Options::k, "inputs that a step sees, its own included").required().at_least(1);
      o("exp_init", &Options::exp_init, "weights begin as 1, 1/2, 1/4, ... into the past; false: random");
      ParallelNeuronOptions::options(o);
    }
  };
  static constexpr const char* kDetails =
      "fire    h[t] = bias + sum over i < k of weight[k - 1 - i] x[t - i], spike = 1 where h >= 0, else 0; no reset\n"
      "weight [k] and bias are learned; the bias begins as -1.\n"
      "Source: Fang et al., \"Parallel Spiking Neurons with High Efficiency and Ability to Learn Long-term "
      "Dependencies\", NeurIPS 2023; spikingjelly.activation_based.neuron.SlidingPSN.";

  SlidingPSN(const Options& options, const config::BuildContext& context);
  std::string kind() const override { return "SlidingPSN"; }

  at::Tensor weight, bias;

 private:
  at::Tensor weights(std::int64_t begin, std::int64_t T, std::int64_t past) const override;
  at::Tensor biases(std::int64_t, std::int64_t) const override { return bias; }
  std::int64_t order() const override { return weight.size(0) - 1; }
  bool stands_alone(std::int64_t) const override { return false; }
};

}  // namespace qualia_snn::neuron
