#pragma once

#include <string>

namespace qualia_snn::learningframework {

/// How a layer of neurons behaves on some samples; NaN: not measured.
struct LayerHealth {
  double mean_rate;                  ///< spikes per neuron and time step
  double silent_share;               ///< of the neurons, those that fired for no sample
  double saturated_share;            ///< of the neurons, those that fired at every time step of every sample
  double gradient_in, gradient_out;  ///< mean |gradient| of a sample's loss: of the layer's input, and of its output
};

/// Of the neurons of a layer: more than this share of silent ones makes it dead, of always firing ones saturated.
inline constexpr double kMostUnhealthy = 0.5;

/// The same with the layer's name, as in the state_dict.
struct NamedHealth {
  std::string layer;
  LayerHealth health;
};

}  // namespace qualia_snn::learningframework
