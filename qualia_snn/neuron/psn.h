#pragma once

#include "qualia_snn/neuron/parallel_neuron.h"

namespace qualia_snn::neuron {

/// Parallel spiking neuron: every step sees the inputs of all T steps.
class QUALIA_SNN_API PSN final : public ParallelNeuron {
 public:
  struct Options : ParallelNeuronOptions {
    std::int64_t T = 1;

    Options() { step_mode = "m"; }
    /// Tells that steps cannot come one by one.
    std::string validate() const;

    static void options(auto&& o) {
      o("T", &Options::T, "number of time steps").required().at_least(1);
      ParallelNeuronOptions::options(o);
    }
  };
  static constexpr const char* kDetails =
      "fire    h = bias + weight x over all T steps, spike = 1 where h >= 0, else 0; no reset\n"
      "weight [T, T] and bias [T, 1] are learned; biases begin as -1.\n"
      "Source: Fang et al., \"Parallel Spiking Neurons with High Efficiency and Ability to Learn Long-term "
      "Dependencies\", NeurIPS 2023; spikingjelly.activation_based.neuron.PSN.";

  PSN(const Options& options, const config::BuildContext& context);
  std::string kind() const override { return "PSN"; }
  std::optional<std::int64_t> timesteps() const override { return weight.size(0); }

  at::Tensor weight, bias;

 private:
  at::Tensor weights(std::int64_t begin, std::int64_t T, std::int64_t past) const override;
  at::Tensor biases(std::int64_t, std::int64_t) const override { return bias; }
  std::int64_t order() const override { return 0; }
  bool stands_alone(std::int64_t) const override { return true; }
};

}  // namespace qualia_snn::neuron
