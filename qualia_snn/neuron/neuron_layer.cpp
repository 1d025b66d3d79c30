#include "qualia_snn/neuron/neuron_layer.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {

NeuronLayerBase::NeuronLayerBase(const LayerOptions& layer, std::shared_ptr<const Surrogate> surrogate,
                                 std::optional<EngineNeuron> engine, bool plain_step_in_evaluation)
    : layer_(layer),
      surrogate_(std::move(surrogate)),
      engine_(std::move(engine)),
      plain_step_in_evaluation_(plain_step_in_evaluation) {}

Sequence NeuronLayerBase::forward_fused(const Sequence& given, const SourceAndSink& around) {
  const auto steps = given.repeated ? 1 : given.T;
  QUALIA_SNN_CHECK(given.T >= 1 && given.x.dim() >= 1 && given.x.size(0) % steps == 0, ShapeError, kind(),
                   ": input of size ", given.x.sizes(), " is not T = ", given.T, " steps of one batch");
  MultiStepInput input;
  static_cast<SourceAndSink&>(input) = around;
  input.x = given.x;
  input.recipe = given.recipe;
  input.T = given.T;
  input.repeated = given.repeated;
  input.learned = learned_;
  input.wants_state = !given.complete;
  input.wants_v_seq = layer_.store_v_seq;
  input.wants_counts = counting_;
  // SpikingJelly: another batch size or sample shape starts afresh; so does another device.
  auto sizes = input.x.sizes().vec();
  sizes[0] /= steps;
  const bool goes_on =
      !state_.empty() && state_[0].sizes() == at::IntArrayRef(sizes) && state_[0].device() == input.x.device();
  if (goes_on) input.state = state_;

  auto output = run(input, !is_training() && plain_step_in_evaluation_);
  state_ = given.complete ? std::vector<at::Tensor>() : std::move(output.state);
  v_seq_ = std::move(output.v_seq);
  if (output.counts.defined()) counts_ = output.counts;
  const bool spikes = engine_ && engine_->emits_spikes && !engine_->surrogate.graded && !input.mask.defined();
  return {std::move(output.output), input.T, false, given.complete, spikes};
}

bool NeuronLayerBase::fuses(const at::Tensor& x, const Window& window) const {
  return engine_ && engine_takes(*engine_, x) && (!window.pools() || engine_pools(window, x));
}

MultiStepOutput NeuronLayerBase::run(const MultiStepInput& input, bool plain) const {
  QUALIA_SNN_CHECK(input.learned.size() == learned_.size(), ShapeError, kind(), ": has ", learned_.size(),
                   " learned numbers, gets ", input.learned.size());
  if (!engine_ || !engine_takes(*engine_, input.x)) {
    QUALIA_SNN_CHECK(!input.scale.defined() && !input.mask.defined() && !input.window.pools(), ShapeError, kind(),
                     ": has no source or sink where no kernels run it, for ", input.x.scalar_type(), " on ",
                     input.x.device());
    auto expanded = input;
    expanded.x = Sequence{input.x, input.T, input.repeated}.expanded().x;
    expanded.repeated = false;
    return by_tensor_steps(plain ? nullptr : surrogate_, expanded);
  }
  if (!plain) return multi_step(*engine_, input);
  auto engine = *engine_;
  engine.surrogate = any_surrogate(NoGradient{});
  return multi_step(engine, input);
}

void NeuronLayerBase::reset() {
  state_.clear();
  v_seq_ = at::Tensor();
}

void NeuronLayerBase::add_learned(const Learned& learned, double value) {
  const std::vector<std::int64_t> sizes(static_cast<std::size_t>(learned.dimensions), 1);
  learned_.push_back(register_parameter(learned.name, at::full(sizes, value, at::kFloat)));
}

double NeuronLayerBase::draw_uniform(double low, double high) {
  return at::empty({1}, at::kFloat).uniform_(low, high).item<double>();
}

}  // namespace qualia_snn::neuron
