#pragma once

#include <cstdint>

#include "qualia_snn/neuron/row_kernels.h"

/// One pass of an optimiser over some weights, compiled for every instruction set of the CPU, with the rounding of the
/// tensor operations that the rule is written in.
namespace qualia_snn::learningframework {

/// What the rules have in common.
struct UpdateRow {
  std::int64_t n;  ///< weights
  float* parameter;
  const float* gradient;
  float weight_decay;  ///< added to the gradient, times the weight
  float decay_factor;  ///< that the weight is multiplied by first
  bool maximize;       ///< the gradient is negated
};

struct AdamRow : UpdateRow {
  float *exp_avg, *exp_avg_sq;
  float one_minus_beta1, beta2, one_minus_beta2;
  float root_of_correction;  ///< sqrt(1 - beta2^t)
  float eps;
  float step_size;  ///< -lr / (1 - beta1^t)
};

struct SGDRow : UpdateRow {
  float* momentum_buffer;  ///< null: no momentum
  bool first;              ///< the buffer has no value yet
  float momentum, one_minus_dampening;
  bool nesterov;
  float step_size;  ///< -lr
};

/// The functions of one instruction set.
struct UpdateKernels {
  void (*adam)(const AdamRow& row);
  void (*sgd)(const SGDRow& row);
};

template <neuron::InstructionSet set>
const UpdateKernels& update_kernels();

}  // namespace qualia_snn::learningframework
