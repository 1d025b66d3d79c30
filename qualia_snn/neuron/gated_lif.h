#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// Leaky integrate-and-fire whose leak, input and reset are blended by learned gates, per layer or per channel.
class QUALIA_SNN_API GatedLIF final : public SpikingNeuron {
 public:
  struct Options {
    std::int64_t T = 1;
    std::optional<std::int64_t> inplane;
    std::optional<double> init_linear_decay, init_v_subreset;
    double init_tau = 0.25, init_v_threshold = 0.5, init_conduct = 0.5;
    config::Kind surrogate{"Sigmoid", {{}, "surrogate.params"}, {}, "surrogate"};
    bool store_v_seq = false;
    std::string step_mode = "m";
    std::string backend = "torch";

    static void options(auto&& o) {
      o("T", &Options::T, "number of time steps").required().at_least(1);
      o("inplane", &Options::inplane, "number of channels, each with gates of its own; absent: one set of gates")
          .at_least(1);
      // They become logits.
      const auto share = [&o](const char* name, auto member, const char* help) {
        o(name, member, help).above(0).below(1);
      };
      share("init_linear_decay", &Options::init_linear_decay, "linear leak per step; absent: init_v_threshold / (2 T)");
      share("init_v_subreset", &Options::init_v_subreset, "what a spike subtracts; absent: init_v_threshold");
      share("init_tau", &Options::init_tau, "what the exponential leak leaves of the potential");
      share("init_v_threshold", &Options::init_v_threshold, "potential at which a spike is emitted");
      share("init_conduct", &Options::init_conduct, "weight of the input of each step");
      o("surrogate", &Options::surrogate, "surrogate of the spike's derivative").of(&config::Registries::surrogates);
      o("store_v_seq", &Options::store_v_seq, "keep the potential of every step");
      o("step_mode", &Options::step_mode, "'m': all T steps come in one call").one_of({"m"});
      o("backend", &Options::backend, "accepted for compatibility").one_of({"torch", "cupy", "triton", "inductor"});
    }
  };
  static constexpr const char* kDetails =
      "charge  h = A v - (1 - alpha) decay + x (1 - beta (1 - conduct[t])) - A v gamma s - (1 - gamma) subreset s,\n"
      "        A = 1 - alpha (1 - tau), s the spike of the step before, 0 at the first step of a call\n"
      "fire    spike = 1 where h >= v_threshold, else 0; v = h\n"
      "All of alpha, beta, gamma, tau, v_threshold, decay, subreset and conduct [T] are learned, as logits.\n"
      "Source: Yao et al., \"GLIF: A Unified Gated Leaky Integrate-and-Fire Neuron for Spiking Neural Networks\", "
      "NeurIPS 2022; spikingjelly.activation_based.neuron.GatedLIFNode.";

  GatedLIF(const Options& options, const config::BuildContext& context);
  /// @throws ShapeError  unless all T steps come in one call.
  Sequence forward(const Sequence& input) override;
  void reset() override;
  std::string kind() const override { return "GatedLIFNode"; }
  StepMode step_mode() const override { return StepMode::kMulti; }
  std::optional<std::int64_t> timesteps() const override { return options_.T; }
  /// @throws ShapeError  for another number of channels than `inplane`.
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  at::Tensor v() const override { return v_; }
  at::Tensor v_seq() const override { return v_seq_; }
  std::vector<at::Tensor> states() const override;

 private:
  /// Returns a learned number [C, 1, ...] or 0-dim, between 0 and 1.
  static at::Tensor value(const at::Tensor& logit, const at::Tensor& x);

  Options options_;
  std::shared_ptr<const Surrogate> surrogate_;
  at::Tensor alpha_, beta_, gamma_, tau_, v_threshold_, linear_decay_, v_subreset_, conduct_;
  at::Tensor v_, v_seq_;
};

}  // namespace qualia_snn::neuron
