#include "qualia_snn/neuron/gated_lif.h"

#include <ATen/ATen.h>

#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/tensor_steps.h"

namespace qualia_snn::neuron {
namespace {

double logit(double p) { return -std::log(1 / p - 1); }

}  // namespace

GatedLIF::GatedLIF(const Options& options, const config::BuildContext& context)
    : options_(options), surrogate_(context.registries.surrogates.make(options.surrogate, context)) {
  std::vector<std::int64_t> sizes;
  if (options.inplane) sizes.push_back(*options.inplane);
  // SpikingJelly draws the gates from NumPy's global generator, which no seed of Qualia's reaches.
  const auto gate = [&] { return at::empty(sizes, at::kFloat).uniform_(-0.1, 0.1); };
  const auto learned = [&](double value) { return at::full(sizes, logit(value), at::kFloat); };
  alpha_ = register_parameter("alpha", gate());
  beta_ = register_parameter("beta", gate());
  gamma_ = register_parameter("gamma", gate());
  tau_ = register_parameter("tau", learned(options.init_tau));
  v_threshold_ = register_parameter("v_threshold", learned(options.init_v_threshold));
  const auto T = static_cast<double>(options.T);
  linear_decay_ = register_parameter("linear_decay",
                                     learned(options.init_linear_decay.value_or(options.init_v_threshold / (2 * T))));
  v_subreset_ = register_parameter("v_subreset", learned(options.init_v_subreset.value_or(options.init_v_threshold)));
  sizes.insert(sizes.begin(), options.T);
  conduct_ = register_parameter("conduct", at::full(sizes, logit(options.init_conduct), at::kFloat));
}

at::Tensor GatedLIF::value(const at::Tensor& logit, const at::Tensor& x) {
  auto sizes = logit.sizes().vec();
  // Channels are the second axis of x.
  for (std::int64_t i = 2; logit.dim() > 0 && i < x.dim(); ++i) sizes.push_back(1);
  return logit.sigmoid().view(sizes);
}

Sequence GatedLIF::forward(const Sequence& given) {
  const auto input = expanded(given);
  QUALIA_SNN_CHECK(input.T == options_.T, ShapeError, kind(), ": has gates for T = ", options_.T,
                   " steps in one call, gets ", input.T, "; set params.neuron.params.T");
  const auto steps = input.x.chunk(input.T, 0);
  const auto at = [&](const at::Tensor& logit) { return value(logit, steps[0]); };
  const auto alpha = at(alpha_), beta = at(beta_), gamma = at(gamma_), subreset = at(v_subreset_);
  const auto threshold = at(v_threshold_);
  const auto kept = 1 - alpha * (1 - at(tau_));
  const auto decay = (1 - alpha) * at(linear_decay_);

  auto v = v_.defined() && v_.sizes() == steps[0].sizes() ? v_ : at::zeros_like(steps[0]);
  auto s = at::zeros_like(steps[0]);
  std::vector<at::Tensor> spikes, potentials;
  for (std::int64_t t = 0; t < input.T; ++t) {
    const auto current = steps[static_cast<std::size_t>(t)] * (1 - beta * (1 - at(conduct_.select(0, t))));
    v = kept * v - decay + current - kept * v * gamma * s - (1 - gamma) * subreset * s;
    s = spike(v - threshold, surrogate_);
    spikes.push_back(s);
    if (options_.store_v_seq) potentials.push_back(v);
  }
  v_ = given.complete ? at::Tensor() : v;
  v_seq_ = options_.store_v_seq ? at::cat(potentials) : at::Tensor();
  auto output = at::cat(spikes);
  if (counting_) counts_ = detail::count_spikes(input.x, output, input.T);
  return input.with(std::move(output));
}

Shape GatedLIF::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  QUALIA_SNN_CHECK(!options_.inplane || in.at(0) == *options_.inplane, ShapeError,
                   "has gates for inplane = ", options_.inplane.value_or(0), " channels, gets ", at::IntArrayRef(in));
  return in;
}

void GatedLIF::reset() { v_ = v_seq_ = at::Tensor(); }

std::vector<at::Tensor> GatedLIF::states() const {
  return v_.defined() ? std::vector<at::Tensor>{v_} : std::vector<at::Tensor>();
}

}  // namespace qualia_snn::neuron
