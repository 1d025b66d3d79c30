#include "qualia_snn/postprocessing/layer_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qualia_snn::postprocessing {

double volume(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), 1.0,
                         [](double product, std::int64_t size) { return product * static_cast<double>(size); });
}

namespace {

using Kind = CountedLayer::Kind;
using Method = LayerCounts::Method;

/// Sizes of a convolution or a linear layer, which is one with K = 1 and O = C_out.
struct Sizes {
  double C_in, C_out, K, I, O;
  double reached;  ///< outputs per channel that an input value has a part in: the product of ceil(kernel / stride)
  bool biased;

  explicit Sizes(const CountedLayer& layer)
      : C_in(static_cast<double>(layer.inputs.at(0).at(0))),
        C_out(static_cast<double>(layer.output.at(0))),
        K(volume(layer.kernel)),
        I(volume(layer.inputs[0])),
        O(volume(layer.output)),
        reached(1),
        biased(layer.biases > 0) {
    for (std::size_t axis = 0; axis < layer.kernel.size(); ++axis) {
      reached *= std::ceil(static_cast<double>(layer.kernel[axis]) / static_cast<double>(layer.stride[axis]));
    }
  }
};

LayerCounts formal(const CountedLayer& layer) {
  const Sizes s(layer);
  LayerCounts counts;
  counts.method = Method::kFormal;
  const double synapses = s.O * s.C_in * s.K;
  counts.input_reads = layer.kind == Kind::kDense ? s.C_in : synapses;
  counts.weight_reads = synapses;
  counts.bias_reads = s.O;
  counts.output_writes = s.O;
  counts.multiply_accumulates = synapses;
  counts.accumulates = s.O;
  counts.address_accumulates = layer.kind == Kind::kDense ? synapses : s.I + s.O + s.C_out * s.K;
  return counts;
}

LayerCounts formal_add(const CountedLayer& layer, bool corrected) {
  LayerCounts counts;
  counts.method = Method::kFormal;
  // Qualia: adds the sizes of a shape where it means to multiply them.
  const auto values = [&](const Shape& shape) {
    return corrected ? volume(shape)
                     : static_cast<double>(std::accumulate(shape.begin(), shape.end(), std::int64_t{0}));
  };
  double least = std::numeric_limits<double>::infinity();
  for (const auto& input : layer.inputs) {
    counts.input_reads += values(input);
    least = std::min(least, values(input));
  }
  counts.output_writes = corrected ? volume(layer.output) : static_cast<double>(layer.output.at(0));
  counts.accumulates = least * static_cast<double>(layer.inputs.size() - 1);
  counts.address_accumulates = least;
  return counts;
}

LayerCounts spiking(const CountedLayer& layer, std::int64_t timesteps, bool corrected) {
  const Sizes s(layer);
  const auto T = static_cast<double>(timesteps);
  const double R_in = layer.in.rate() * T;
  const double R_out = layer.fires ? layer.out.rate() * T : 0;
  const double theta_in = R_in * s.I, theta_out = R_out * s.O;
  const bool dense = layer.kind == Kind::kDense, hybrid = !layer.in.binary;
  // What is no spikes is read once, as if in one step.
  const double read = hybrid ? layer.in.rate() : R_in;

  LayerCounts counts;
  counts.method = hybrid ? Method::kHybrid : Method::kSpiking;
  counts.input_reads = read * s.I;
  counts.weight_reads = read * s.I * s.C_out * s.K;
  counts.bias_reads = s.biased ? s.O * T : 0;
  counts.potential_reads = theta_in * s.C_out * s.K + s.O * T;
  counts.output_writes = theta_out;
  if (hybrid) {
    counts.multiply_accumulates = s.O * s.C_in * s.K * layer.in.rate();
    counts.accumulates = s.O + R_out * s.O;
    counts.leak_multiplies = layer.leaks ? s.O : 0;
  } else {
    counts.multiply_accumulates = layer.leaks ? T * s.O : 0;
    counts.accumulates = theta_in * s.reached * s.C_out + T * s.O + theta_out;
  }
  if (dense) {
    // Qualia: of a linear layer, addresses of one neuron's spikes are counted, not of all.
    counts.address_accumulates = (corrected ? read * s.I : read) * s.C_out;
  } else {
    counts.address_multiply_accumulates = 2 * read * s.I;
    counts.address_accumulates = read * s.I * s.K;
  }
  return counts;
}

}  // namespace

LayerCounts count_operations(const CountedLayer& layer, const CountedModel& model, bool corrected) {
  const bool has_synapses = layer.kind == Kind::kConv || layer.kind == Kind::kDense;
  if (model.spiking) return has_synapses ? spiking(layer, model.timesteps, corrected) : LayerCounts();
  if (layer.kind == Kind::kAdd) return formal_add(layer, corrected);
  return has_synapses ? formal(layer) : LayerCounts();
}

}  // namespace qualia_snn::postprocessing
