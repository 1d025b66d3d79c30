#pragma once

#include "qualia_snn/neuron/neuron.h"

namespace qualia_snn::neuron {

/// Integrate-and-fire: h = v + x.
///
/// Source: spikingjelly.activation_based.neuron.IFNode.
struct IF : Neuron {
  static constexpr const char* kKind = "IFNode";
  static constexpr bool kPlainStepInEvaluation = true;

  auto charge(const auto& v, const auto& x) const { return v + x; }
};

}  // namespace qualia_snn::neuron
