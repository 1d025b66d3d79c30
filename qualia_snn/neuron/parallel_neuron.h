#pragma once

#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// What a configuration says about every parallel spiking neuron.
struct QUALIA_SNN_API ParallelNeuronOptions {
  config::Kind surrogate{"ATan", {{}, "surrogate.params"}, {}, "surrogate"};
  bool store_v_seq = false;
  std::string step_mode = "s";
  std::string backend = "torch";

  static void options(auto&& o) {
    o("surrogate", &ParallelNeuronOptions::surrogate, "surrogate of the spike's derivative")
        .of(&config::Registries::surrogates);
    o("store_v_seq", &ParallelNeuronOptions::store_v_seq, "keep the potential of every step");
    o("step_mode", &ParallelNeuronOptions::step_mode, "'s': single-step, 'm': multi-step").one_of({"s", "m"});
    o("backend", &ParallelNeuronOptions::backend, "accepted for compatibility; one implementation serves all")
        .one_of({"torch", "cupy", "triton", "inductor", "gemm", "conv"});
  }
};

/// A neuron without reset, whose potentials are weighted sums of the inputs of several steps: one product of matrices.
///
///     h = bias + weight x,  spike = 1 where h >= 0, else 0        x, h: [T, N, ...]
///
/// Source: Fang et al., "Parallel Spiking Neurons with High Efficiency and Ability to Learn Long-term Dependencies",
/// NeurIPS 2023; spikingjelly.activation_based.neuron.psn.
class QUALIA_SNN_API ParallelNeuron : public SpikingNeuron {
 public:
  /// @throws ShapeError  for steps that the neuron has no weights for.
  Sequence forward(const Sequence& input) override;
  void reset() override;
  StepMode step_mode() const override { return mode_; }
  /// Returns the potential [N, ...] of the last step.
  at::Tensor v() const override { return v_; }
  at::Tensor v_seq() const override { return v_seq_; }
  /// Returns the inputs that later steps still need, the oldest first.
  std::vector<at::Tensor> states() const override { return past_; }

 protected:
  ParallelNeuron(const ParallelNeuronOptions& options, const config::BuildContext& context);

  /// Returns the weights [T, past + T] of the steps begin to begin + T - 1; columns are inputs, the last one that of
  /// the last step.
  virtual at::Tensor weights(std::int64_t begin, std::int64_t T, std::int64_t past) const = 0;
  /// Returns the biases of these steps: [T, 1] or one number.
  virtual at::Tensor biases(std::int64_t begin, std::int64_t T) const = 0;
  /// Returns how many inputs before a step have weights in it.
  virtual std::int64_t order() const = 0;
  /// Returns whether a call with T steps needs nothing of earlier calls.
  virtual bool stands_alone(std::int64_t T) const = 0;
  /// Returns weights [T, T] as torch.nn.Linear draws them.
  static at::Tensor draw_weights(std::int64_t T);

 private:
  StepMode mode_;
  bool store_v_seq_;
  std::shared_ptr<const Surrogate> surrogate_;
  std::int64_t step_ = 0;  ///< steps since the reset
  std::vector<at::Tensor> past_;
  at::Tensor v_, v_seq_;
};

}  // namespace qualia_snn::neuron
