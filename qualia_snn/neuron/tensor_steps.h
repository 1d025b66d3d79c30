#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <utility>
#include <vector>

#include "qualia_snn/neuron/multi_step.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

namespace detail {

/// One step of neuron N by tensor operations; `state` becomes the state after it. Returns the output.
template <class N, std::size_t... s, std::size_t... p>
at::Tensor tensor_step(const N& neuron, const std::shared_ptr<const Surrogate>& surrogate, const at::Tensor& x,
                       std::vector<at::Tensor>& state, const std::vector<at::Tensor>& learned,
                       std::index_sequence<s...>, std::index_sequence<p...>) {
  const auto charged = neuron.charge(state[s]..., x, learned[p]...);
  const at::Tensor u = neuron.drive(get<0>(charged), learned[p]...);
  const auto spikes = surrogate ? spike(u, surrogate) : heaviside(u);
  const auto next = neuron.reset(get<s>(charged)..., spikes, learned[p]...);
  ((state[s] = get<s>(next)), ...);
  if constexpr (N::kHasOutput) {
    return neuron.output(get<s>(charged)..., spikes, learned[p]...);
  } else {
    return spikes;
  }
}

/// Counts as the engine does, from tensors.
QUALIA_SNN_API at::Tensor count_spikes(const at::Tensor& x, const at::Tensor& output, std::int64_t T);

}  // namespace detail

/// Runs a neuron struct by plain tensor operations and autograd, in SpikingJelly's order of operations.
///
/// @param surrogate  null: the plain step, through which no gradient passes
/// `input` must ask for no scale, shift or pooling.
template <class N>
MultiStepOutput tensor_steps(N neuron, const std::shared_ptr<const Surrogate>& surrogate, const MultiStepInput& input) {
  const auto known = surrogate ? surrogate->known() : std::nullopt;
  // A surrogate that the kernels do not know may fire any number.
  neuron.graded_spikes = surrogate && (!known || known->graded);
  // Chunks and cat keep channels-last strides; indexing x[t] would make the backward pass quadratic in T.
  const auto steps = input.x.chunk(input.T, 0);
  MultiStepOutput result;
  result.state = input.state;
  for (int k = static_cast<int>(result.state.size()); k < N::kStates; ++k) {
    result.state.push_back(at::full_like(steps[0], neuron.initial(k)));
  }
  std::vector<at::Tensor> outputs, potentials;
  outputs.reserve(steps.size());
  for (const auto& x : steps) {
    outputs.push_back(detail::tensor_step(neuron, surrogate, x, result.state, input.learned,
                                          std::make_index_sequence<N::kStates>(),
                                          std::make_index_sequence<kLearnedCount<N>>()));
    if (input.wants_v_seq) potentials.push_back(result.state[0]);
  }
  result.output = input.T == 1 ? outputs[0] : at::cat(outputs, 0);
  if (input.wants_v_seq) result.v_seq = at::cat(potentials, 0);
  if (input.wants_counts) result.counts = detail::count_spikes(input.x, result.output, input.T);
  return result;
}

}  // namespace qualia_snn::neuron
