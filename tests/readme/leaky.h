#include "qualia_snn/neuron/neuron.h"

/// Leaky neuron with an exponential decay: h = decay * v + x.
struct Leaky : qualia_snn::neuron::Neuron {
  static constexpr const char* kKind = "LeakyNode";
  static constexpr bool kHasKernels = true;
  double decay = 0.9;

  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const { return v * decay + x; }

  static void options(auto&& o) {
    o("decay", &Leaky::decay, "share of the potential that a step keeps").at_least(0).at_most(1);
    Neuron::options(o);
  }
};
