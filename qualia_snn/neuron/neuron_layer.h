#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/neuron/builtin_surrogate.h"
#include "qualia_snn/neuron/multi_step.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/neuron/tensor_steps.h"

namespace qualia_snn::neuron {

/// What a configuration says about a layer besides the neuron's own options.
struct LayerOptions {
  config::Kind surrogate;
  bool store_v_seq = false;
  std::string step_mode = "s";
  std::string backend = "torch";
};

/// All options of a layer of neuron N.
template <class N>
struct NeuronOptions : N, LayerOptions {
  /// Whether the surrogate can be chosen.
  static constexpr bool kHasSurrogate = N::kSurrogate != nullptr;

  NeuronOptions() {
    if constexpr (kHasSurrogate) surrogate = {N::kSurrogate, {{}, "surrogate.params"}, {}, "surrogate"};
  }
  NeuronOptions(const N& neuron) : NeuronOptions() { N::operator=(neuron); }

  static void options(auto&& o) {
    N::options(o);
    o("store_v_seq", &NeuronOptions::store_v_seq, "keep the potential after the reset of every step");
    o("step_mode", &NeuronOptions::step_mode, "'s': single-step, 'm': multi-step").one_of({"s", "m"});
    o("backend", &NeuronOptions::backend, "accepted for compatibility; one implementation serves all")
        .one_of({"torch", "cupy", "triton", "inductor"});
    if constexpr (kHasSurrogate) {
      o("surrogate", &NeuronOptions::surrogate, "surrogate of the spike's derivative")
          .of(&config::Registries::surrogates);
    }
  }
};

/// A layer of any neuron: its parameters, its state between calls, and the choice between kernels and tensor
/// operations.
class QUALIA_SNN_API NeuronLayerBase : public SpikingNeuron {
 public:
  Sequence forward(const Sequence& input) override { return forward_fused(input, {}); }
  /// Does the same with a source before the neurons and a sink behind them, in the same kernels.
  ///
  /// @throws ShapeError  if they do not fit; only neurons that kernels run have them (`fuses`).
  Sequence forward_fused(const Sequence& input, const SourceAndSink& around);
  /// Returns whether kernels run the neurons on such an input, with a pool over such windows if there are any.
  bool fuses(const at::Tensor& x, const Window& window) const;
  bool takes_repeated() const override { return true; }
  void reset() override;
  StepMode step_mode() const override { return layer_.step_mode == "m" ? StepMode::kMulti : StepMode::kSingle; }
  at::Tensor v() const override { return state_.empty() ? at::Tensor() : state_[0]; }
  at::Tensor v_seq() const override { return v_seq_; }
  std::vector<at::Tensor> states() const override { return state_; }

  /// Runs one call on what the caller has, learned numbers included, and keeps nothing of it.
  ///
  /// @param plain  the plain step, through which no gradient passes, in place of the surrogate
  /// @throws ShapeError  for another number of learned numbers than the neuron has, or sizes that do not fit.
  MultiStepOutput run(const MultiStepInput& input, bool plain = false) const;

 protected:
  /// @param engine  undefined: tensor operations run the neuron
  NeuronLayerBase(const LayerOptions& layer, std::shared_ptr<const Surrogate> surrogate,
                  std::optional<EngineNeuron> engine, bool plain_step_in_evaluation);

  /// Registers a learned number as a parameter.
  void add_learned(const Learned& learned, double value);
  /// Returns a number from [low, high), drawn from LibTorch's CPU generator as torch.nn.init.uniform_ draws it.
  static double draw_uniform(double low, double high);
  virtual MultiStepOutput by_tensor_steps(const std::shared_ptr<const Surrogate>& surrogate,
                                          const MultiStepInput& input) const = 0;

 private:
  LayerOptions layer_;
  std::shared_ptr<const Surrogate> surrogate_;
  std::optional<EngineNeuron> engine_;
  bool plain_step_in_evaluation_;
  std::vector<at::Tensor> learned_, state_;
  at::Tensor v_seq_;
};

/// A layer of neuron N. Kernels run it where the build compiled them (N::kHasKernels) and know its surrogate.
template <class N>
class NeuronLayer final : public NeuronLayerBase {
 public:
  using Options = NeuronOptions<N>;
  static constexpr const char* kDetails = N::kDetails;

  NeuronLayer(const Options& options, const config::BuildContext& context)
      : NeuronLayer(options, make_surrogate(options, context)) {}
  NeuronLayer(const Options& options, const std::shared_ptr<const Surrogate>& surrogate)
      : NeuronLayerBase(options, surrogate, make_engine(options, *surrogate), N::kPlainStepInEvaluation),
        neuron_(options) {
    if constexpr (kLearnedCount < N >> 0) {
      for (int p = 0; p < kLearnedCount<N>; ++p) add_learned(N::kLearned[p], neuron_.initial_learned(p, draw_uniform));
    }
  }
  std::string kind() const override { return N::kKind; }

 private:
  static std::shared_ptr<const Surrogate> make_surrogate(const Options& options, const config::BuildContext& context) {
    if constexpr (Options::kHasSurrogate) {
      return context.registries.surrogates.make(options.surrogate, context);
    } else {
      return make_component(options.surrogate_of_neuron(), context);
    }
  }

  static std::optional<EngineNeuron> make_engine(const N& neuron, const Surrogate& surrogate) {
    if constexpr (N::kHasKernels) {
      const auto known = surrogate.known();
      if (known) return engine_neuron(neuron, *known);
    }
    return std::nullopt;
  }

  MultiStepOutput by_tensor_steps(const std::shared_ptr<const Surrogate>& surrogate,
                                  const MultiStepInput& input) const override {
    return tensor_steps(neuron_, surrogate, input);
  }

  N neuron_;
};

}  // namespace qualia_snn::neuron
