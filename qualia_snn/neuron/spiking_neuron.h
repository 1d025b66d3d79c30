#pragma once

#include <optional>

#include "qualia_snn/core/sequence_module.h"
#include "qualia_snn/core/stateful.h"
#include "qualia_snn/neuron/spike_counts.h"

namespace qualia_snn::neuron {

/// A layer of spiking neurons: currents in, spikes out, potentials kept between calls until `reset()`.
///
/// A call with a complete sequence keeps none: training calls, which the learning frameworks begin with a reset.
/// A caller who steps with T = 1 gets the same spikes as one call with all T, where no step depends on later ones;
/// gradients flow through the kept state.
class QUALIA_SNN_API SpikingNeuron : public SequenceModule, public Stateful {
 public:
  ~SpikingNeuron() override;

  virtual StepMode step_mode() const = 0;
  /// Returns the number of steps that the neuron was made for, all in one call; none: any.
  virtual std::optional<std::int64_t> timesteps() const { return std::nullopt; }
  /// Returns the potential [N, ...] after the last step; undefined before the first call and after a complete sequence.
  virtual at::Tensor v() const = 0;
  /// Returns the potential after the reset of every step of the last call, [T*N, ...]; undefined unless store_v_seq.
  virtual at::Tensor v_seq() const = 0;
  /// Returns every state [N, ...] that the next step begins from, the potential first where it is one of them.
  virtual std::vector<at::Tensor> states() const = 0;

  /// Asks for spike counts with every call.
  void set_counting(bool counting) { counting_ = counting; }
  /// Returns those of the last call that counted; waits for a GPU that is still at it.
  std::optional<SpikeCounts> counts() const;

 protected:
  /// Returns an input with all its steps.
  /// @throws ShapeError  if it is not T steps of one batch.
  Sequence expanded(const Sequence& given) const;

  bool counting_ = false;
  at::Tensor counts_;  ///< of the last call that counted
};

}  // namespace qualia_snn::neuron
