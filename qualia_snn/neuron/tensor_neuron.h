#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// Runs a neuron struct by plain tensor operations and autograd, in SpikingJelly's order of operations.
template <class N>
class TensorNeuron final : public SpikingNeuron {
 public:
  TensorNeuron(N neuron, std::shared_ptr<const Surrogate> surrogate)
      : neuron_(std::move(neuron)), surrogate_(std::move(surrogate)) {}

  Sequence forward(const Sequence& given) override {
    const auto input = given.expanded();
    QUALIA_SNN_CHECK(input.T >= 1 && input.x.dim() >= 1 && input.x.size(0) % input.T == 0, ShapeError, kind(),
                     ": input of size ", input.x.sizes(), " is not T = ", input.T, " steps of one batch");
    // Chunks and cat keep channels-last strides; indexing x[t] would make the backward pass quadratic in T.
    const auto steps = input.x.chunk(input.T, 0);
    // SpikingJelly: another batch size or sample shape starts afresh.
    if (!v_.defined() || v_.sizes() != steps[0].sizes()) v_ = at::full_like(steps[0], neuron_.rest());
    std::vector<at::Tensor> spikes, potentials;
    spikes.reserve(steps.size());
    for (const auto& x : steps) {
      const auto h = neuron_.charge(v_, x);
      spikes.push_back(fire(h - neuron_.v_threshold));
      v_ = neuron_.reset(h, neuron_.detach_reset ? spikes.back().detach() : spikes.back());
      if (neuron_.store_v_seq) potentials.push_back(v_);
    }
    v_seq_ = neuron_.store_v_seq ? at::cat(potentials, 0) : at::Tensor();
    return {input.T == 1 ? spikes[0] : at::cat(spikes, 0), input.T, false};
  }

  void reset() override { v_ = v_seq_ = at::Tensor(); }
  StepMode step_mode() const override { return neuron_.step_mode == "m" ? StepMode::kMulti : StepMode::kSingle; }
  at::Tensor v() const override { return v_; }
  at::Tensor v_seq() const override { return v_seq_; }
  std::string kind() const override { return N::kKind; }

 private:
  at::Tensor fire(const at::Tensor& x) const {
    return !is_training() && N::kPlainStepInEvaluation ? heaviside(x) : spike(x, surrogate_);
  }

  N neuron_;
  std::shared_ptr<const Surrogate> surrogate_;
  at::Tensor v_, v_seq_;
};

/// Lets `Registry::add` take a neuron struct.
template <class N>
std::shared_ptr<SpikingNeuron> make_component(const N& neuron, const config::BuildContext& context) {
  return std::make_shared<TensorNeuron<N>>(neuron, context.registries.surrogates.make(neuron.surrogate, context));
}

}  // namespace qualia_snn::neuron
