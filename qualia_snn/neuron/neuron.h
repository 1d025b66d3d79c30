#pragma once

#include <optional>
#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::neuron {

/// Options that all spiking neurons share, and the fire and reset phases.
///
/// A neuron is a struct derived from this with a `charge(v, x)`: v is the potential after the last reset, x the input
/// of the step, the result h is the charged potential. A spike is emitted where h >= v_threshold, then v is reset:
///
///     soft reset (v_reset = false):  v = h - spike * v_threshold
///     hard reset:                    v = spike * v_reset + (1 - spike) * h
///
/// Potentials are in units of the threshold. Source: spikingjelly.activation_based.neuron.BaseNode, torch backend.
struct Neuron {
  /// Whether evaluation runs the plain step, through which no gradient passes, in place of the surrogate.
  static constexpr bool kPlainStepInEvaluation = false;

  double v_threshold = 1.0;
  std::optional<double> v_reset = 0.0;
  bool detach_reset = false;
  bool store_v_seq = false;
  std::string step_mode = "s";
  std::string backend = "torch";
  config::Kind surrogate{"Sigmoid", {{}, "surrogate.params"}, {}, "surrogate"};

  /// Returns the potential that a hard reset and the leak go to; soft reset leaks to 0.
  double rest() const { return v_reset.value_or(0.0); }

  /// Returns the potential after the reset. `spike` is detached already where detach_reset asks for it.
  auto reset(const auto& h, const auto& spike) const {
    return v_reset ? (1. - spike) * h + spike * *v_reset : h - spike * v_threshold;
  }

  static void options(auto&& o) {
    o("v_threshold", &Neuron::v_threshold, "potential at which a spike is emitted");
    o("v_reset", &Neuron::v_reset, "potential after a spike; false: subtract the threshold (soft reset)");
    o("detach_reset", &Neuron::detach_reset, "no gradient through the reset");
    o("store_v_seq", &Neuron::store_v_seq, "keep the potential after the reset of every step");
    o("step_mode", &Neuron::step_mode, "'s': single-step, 'm': multi-step").one_of({"s", "m"});
    o("backend", &Neuron::backend, "accepted for compatibility; one implementation serves all")
        .one_of({"torch", "cupy", "triton", "inductor"});
    o("surrogate", &Neuron::surrogate, "surrogate of the spike's derivative").of(&config::Registries::surrogates);
  }
};

}  // namespace qualia_snn::neuron
