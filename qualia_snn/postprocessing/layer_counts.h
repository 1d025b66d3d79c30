#pragma once

#include "qualia_snn/postprocessing/counted_layers.h"

namespace qualia_snn::postprocessing {

/// What hardware without a cache does for a layer and one sample, over all time steps.
///
/// Notation of the formulas: C_in, C_out channels, K size of the kernel, I, O values of input and output, T time steps,
/// r spikes per neuron and step, theta_in = r_in T I, theta_out = r_out T O.
/// Source: Lemaire et al., "An Analytical Estimation of Spiking Neural Networks Energy Efficiency", ICONIP 2022, as
/// qualia_plugin_snn.postprocessing computes it.
struct LayerCounts {
  enum class Method { kNone, kFormal, kSpiking, kHybrid };
  Method method = Method::kNone;  ///< kHybrid: a spiking layer that reads no spikes

  // Accesses to memories; each memory's size decides what one costs.
  double input_reads = 0;      ///< of activations, or of the queue of events
  double output_writes = 0;    ///< the same
  double weight_reads = 0;     ///< among |weights|
  double bias_reads = 0;       ///< among |biases|
  double potential_reads = 0;  ///< among O; as many are written

  // Operations.
  double accumulates = 0;           ///< of synapses, biases and resets
  double multiply_accumulates = 0;  ///< of synapses and leaks
  double leak_multiplies = 0;       ///< kHybrid: of leaks, not in multiply_accumulates
  double address_accumulates = 0;
  double address_multiply_accumulates = 0;
};

/// Returns the counts of a layer.
///
/// @param corrected  as the paper and Qualia's documentation say where its code does otherwise: values of an Add are a
///        product of its sizes, not their sum, and a spike of a linear layer has C_out addresses.
QUALIA_SNN_API LayerCounts count_operations(const CountedLayer& layer, const CountedModel& model, bool corrected);

/// Returns the product of a shape's sizes.
double volume(const Shape& shape);

}  // namespace qualia_snn::postprocessing
