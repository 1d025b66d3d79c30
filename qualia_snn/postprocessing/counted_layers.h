#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/postprocessing/spike_statistics.h"

namespace qualia_snn::postprocessing {

/// A layer as the metrics of Lemaire et al. see it: its sizes, and what passed through it.
struct CountedLayer {
  enum class Kind { kConv, kDense, kAdd, kFlatten, kNeuron, kOther };

  std::string name;  ///< as in Qualia's tables: dots are underscores, the neuron's name follows that of its layer
  Kind kind = Kind::kOther;
  std::vector<Shape> inputs;         ///< of one sample, channels first
  Shape output;                      ///< of one sample, channels first
  std::vector<std::int64_t> kernel;  ///< of a convolution, one entry per axis
  std::vector<std::int64_t> stride;
  std::int64_t weights = 0, biases = 0;  ///< how many parameters
  bool fires = false;                    ///< a neuron reads it
  bool leaks = false;                    ///< that neuron's potential decays
  TensorStatistics in, out;              ///< out: of the neuron that reads it; undefined for float models
};

/// The layers of a model, and sums over all of them.
struct CountedModel {
  std::vector<CountedLayer> layers;  ///< neurons that follow a convolution or linear layer are in its row
  std::int64_t timesteps = 1;
  bool spiking = false;
  TensorStatistics in, out;            ///< summed over the layers
  double in_count = 0, out_count = 0;  ///< spikes of a sample, summed over the layers
  bool uniform = true;                 ///< everything that Qualia counts is a layer of SpikingJelly
};

/// Counts the layers of a model through which these spikes went.
///
/// A sum of spikes counts as that many spikes, for the layers that read nothing else too.
/// @param spikes  of a spiking model, from `measure_spikes`; a float model needs none
/// @param exclude_nonbinary  the sums leave out what is no spikes
/// Source: qualia_plugin_snn.postprocessing.EnergyEstimationMetric, _process_model.
QUALIA_SNN_API CountedModel count_layers(const learningmodel::LearningModel& model, const SpikeStatistics& spikes,
                                         bool exclude_nonbinary);

}  // namespace qualia_snn::postprocessing
