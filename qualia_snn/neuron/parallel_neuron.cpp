#include "qualia_snn/neuron/parallel_neuron.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"
#include "qualia_snn/neuron/tensor_steps.h"

namespace qualia_snn::neuron {

ParallelNeuron::ParallelNeuron(const ParallelNeuronOptions& options, const config::BuildContext& context)
    : mode_(options.step_mode == "m" ? StepMode::kMulti : StepMode::kSingle),
      store_v_seq_(options.store_v_seq),
      surrogate_(context.registries.surrogates.make(options.surrogate, context)) {}

Sequence ParallelNeuron::forward(const Sequence& given) {
  const auto input = expanded(given);
  const auto steps = input.x.chunk(input.T, 0);
  // As for other neurons, another batch size or sample shape starts afresh.
  if (stands_alone(input.T) || (v_.defined() && v_.sizes() != steps[0].sizes())) reset();
  auto inputs = past_;
  inputs.insert(inputs.end(), steps.begin(), steps.end());

  const auto rows = at::stack(inputs).flatten(1);
  const auto past = static_cast<std::int64_t>(past_.size());
  const auto weight = weights(step_, input.T, past);
  const auto h = at::addmm(biases(step_, input.T), weight, rows).view(input.x.sizes());
  const auto output = in_order_of(spike(h, surrogate_), input.x, h.scalar_type());

  if (store_v_seq_) v_seq_ = h;
  if (counting_) counts_ = detail::count_spikes(input.x, output, input.T);
  const bool ends = given.complete || stands_alone(input.T);
  step_ = ends ? 0 : step_ + input.T;
  // Copies: views would keep all steps alive, and the caller may use the memory of its input again.
  v_ = given.complete ? at::Tensor() : h.narrow(0, h.size(0) - steps[0].size(0), steps[0].size(0)).clone();
  past_.assign(inputs.end() - (ends ? 0 : std::min(order(), past + input.T)), inputs.end());
  for (auto& kept : past_) kept = kept.clone();
  return input.with(output);
}

void ParallelNeuron::reset() {
  step_ = 0;
  past_.clear();
  v_ = v_seq_ = at::Tensor();
}

at::Tensor ParallelNeuron::draw_weights(std::int64_t T) {
  const double bound = 1 / std::sqrt(static_cast<double>(T));
  return at::empty({T, T}, at::kFloat).uniform_(-bound, bound);
}

}  // namespace qualia_snn::neuron
