#pragma once

#include "qualia_snn/neuron/parallel_neuron.h"

namespace qualia_snn::neuron {

/// Parallel spiking neuron with a mask: how far it is closed, so little count inputs beyond a step's last k.
class QUALIA_SNN_API MaskedPSN final : public ParallelNeuron {
 public:
  struct Options : ParallelNeuronOptions {
    std::int64_t k = 1, T = 1;
    double lambda_init = 0;

    /// Tells that steps cannot come one by one through an open mask.
    std::string validate() const;

    static void options(auto&& o) {
      o("k", &Options::k, "inputs that a step sees where the mask is closed, its own included").required().at_least(1);
      o("T", &Options::T, "number of time steps").required().at_least(1);
      o("lambda_init", &Options::lambda_init, "how far the mask is closed: 0 open, 1 closed; no training moves it")
          .at_least(0)
          .at_most(1);
      ParallelNeuronOptions::options(o);
    }
  };
  static constexpr const char* kDetails =
      "fire    h = bias + ((lambda mask + 1 - lambda) weight) x over all T steps, spike = 1 where h >= 0, else 0;\n"
      "        mask = 1 for a step's last k inputs, else 0; no reset\n"
      "weight [T, T] and bias [T, 1] are learned; biases begin as -1. Steps can be given one by one where lambda = 1.\n"
      "Source: Fang et al., \"Parallel Spiking Neurons with High Efficiency and Ability to Learn Long-term "
      "Dependencies\", NeurIPS 2023; spikingjelly.activation_based.neuron.MaskedPSN.";

  MaskedPSN(const Options& options, const config::BuildContext& context);
  std::string kind() const override { return "MaskedPSN"; }
  /// With a closed mask any number of steps, up to T, may come at once.
  std::optional<std::int64_t> timesteps() const override;

  at::Tensor weight, bias;
  /// Buffers under SpikingJelly's names: lambda (0-dim), the closed and the open mask [T, T].
  at::Tensor lambda, mask0, mask1;

 private:
  at::Tensor weights(std::int64_t begin, std::int64_t T, std::int64_t past) const override;
  at::Tensor biases(std::int64_t begin, std::int64_t T) const override { return bias.narrow(0, begin, T); }
  std::int64_t order() const override { return k_ - 1; }
  bool stands_alone(std::int64_t T) const override { return T == weight.size(0); }

  std::int64_t k_;
};

}  // namespace qualia_snn::neuron
