#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/core/sequence.h"
#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::postprocessing {

/// What a value between layers was over a whole set.
struct QUALIA_SNN_API TensorStatistics {
  double spikes = 0;         ///< values other than 0
  double sum = 0;            ///< of all values
  std::int64_t size = 0;     ///< number of values
  std::int64_t samples = 0;  ///< samples times time steps
  bool binary = true;        ///< every value was 0 or 1

  void add(const Sequence& value);
  /// Adds what was counted elsewhere: values side by side, as the inputs of one layer.
  void join(const TensorStatistics& other);
  /// Returns spikes per neuron and time step.
  double rate() const { return spikes / static_cast<double>(size); }
  /// Returns spikes of a sample over T steps.
  double count(std::int64_t timesteps) const {
    return static_cast<double>(timesteps) * spikes / static_cast<double>(samples);
  }
};

/// What the values of a model were over a whole set.
struct SpikeStatistics {
  TensorStatistics input;                ///< of the model, at every time step
  std::vector<TensorStatistics> layers;  ///< outputs of the graph's nodes, in their order
};

/// Runs the framework's model over a set, layer by layer in evaluation mode, and counts.
///
/// The statistics are of the model, not of how it is run: single-step and multi-step give the same.
/// Source: qualia_plugin_snn.postprocessing.EnergyEstimationMetric, _record_spike_count.
QUALIA_SNN_API SpikeStatistics measure_spikes(learningframework::TrainerModule& framework,
                                              const datamodel::RawData& data, std::int64_t batch_size);

}  // namespace qualia_snn::postprocessing
