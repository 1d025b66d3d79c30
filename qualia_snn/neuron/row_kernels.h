#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/any_surrogate.h"
#include "qualia_snn/neuron/layer_tensors.h"

/// What a neuron is compiled to for one instruction set of the CPU: functions over a row of consecutive neurons, at one
/// time step or several. Blocks, threads, sources and sinks are the engine's (cpu_engine.h).
namespace qualia_snn::neuron {

/// Arguments of some steps forward. Pointers are to the first step; a row is `n` values.
template <class T>
struct ForwardRow {
  const void* neuron;  ///< the neuron struct
  const AnySurrogate* surrogate;
  const double* learned;        ///< learned numbers
  std::int64_t n;               ///< neurons
  std::int64_t steps;           ///< one after the other
  std::int64_t x_stride;        ///< between two steps of x; 0: the same input at every step
  std::int64_t output_stride;   ///< between two steps of output
  std::int64_t kept_step;       ///< between what two steps keep
  std::int64_t state_stride;    ///< between the rows of two states
  const T* x;                   ///< inputs
  T* output;                    ///< null: not wanted
  const T* before[kMaxStates];  ///< states before the first step, a row each
  T* states;                    ///< receives those after the last step
  T* kept;                      ///< what the way back needs, one row per state; null: not wanted
  const T* ahead;               ///< memory that the caller reads next, steps as output; null: no prefetch
};

/// Arguments of some steps backward. Pointers are to the last step, which comes first.
template <class T>
struct BackwardRow {
  const void* neuron;
  const AnySurrogate* surrogate;
  /// Turns arguments of the surrogate, n of them, into its slopes.
  void (*slopes)(const AnySurrogate& surrogate, std::int64_t n, T* u);
  const double* learned;
  std::int64_t n;
  std::int64_t steps;
  std::int64_t x_stride;        ///< between two steps of x
  std::int64_t output_stride;   ///< between two steps of goutput
  std::int64_t gx_stride;       ///< between two steps of gx
  std::int64_t kept_step;       ///< between what two steps kept
  std::int64_t state_stride;    ///< between the rows of two states
  std::int64_t learned_stride;  ///< between the rows of two learned numbers
  const T* x;
  const T* goutput;             ///< adjoints of the outputs
  T* gx;                        ///< adjoints of the inputs
  const T* kept;                ///< what the way forward kept
  const T* gafter[kMaxStates];  ///< adjoints of the states after the last step, a row each
  T* gstate;                    ///< receives those before the first step
  T* glearned;                  ///< per neuron, the adjoints of the learned numbers are added; one row per number
  const T* ahead;               ///< memory that the caller reads next, steps as goutput; null: no prefetch
};

/// The functions of one neuron and number type.
template <class T>
struct RowKernels {
  void (*forward)(const ForwardRow<T>&);            ///< of surrogates of the step; output, kept or both are wanted
  void (*forward_graded)(const ForwardRow<T>&);     ///< of the others
  void (*backward)(const BackwardRow<T>&);          ///< of surrogates of the step
  void (*backward_atan)(const BackwardRow<T>&);     ///< of one that costs less than its row of slopes
  void (*backward_sigmoid)(const BackwardRow<T>&);  ///< of the default of nearly all neurons
  void (*backward_graded)(const BackwardRow<T>&);
};

/// The functions of one neuron for one instruction set.
struct NeuronKernels {
  RowKernels<float> f32;
  RowKernels<double> f64;
  bool reads_x = true;  ///< whether the way back reads x
};

/// Windows side by side in some rows of places: `height` rows, `row_stride` apart, of `outputs / inner` times `width`
/// places of `inner` values each.
struct WindowRow {
  std::int64_t outputs, inner, row_stride;
  Window window;
};

/// What turns adjoints of normalised values into those of the values, a row of each.
template <class T>
struct NormRow {
  const T *center, *scale, *slope, *shift;
};

/// Functions over rows that do not depend on the neuron, for one instruction set and number type.
template <class T>
struct CommonKernels {
  /// y = scale * x + shift
  void (*affine)(std::int64_t n, const T* x, const T* scale, const T* shift, T* y);
  /// gscale += gy * (x - center), gshift += gy
  void (*affine_sums)(std::int64_t n, const T* x, const T* center, const T* gy, T* gscale, T* gshift);
  /// sum += x - center, square += (x - center)^2
  void (*moments)(std::int64_t n, const T* x, const T* center, T* sum, T* square);
  /// gx = gy * scale - (x - center) * slope - shift; gx may be gy.
  void (*norm_backward)(std::int64_t n, const T* gy, const T* x, const NormRow<T>& numbers, T* gx);
  /// As BackwardRow::slopes.
  void (*slopes)(const AnySurrogate& surrogate, std::int64_t n, T* u);
  /// sum += x
  void (*add)(std::int64_t n, const T* x, T* sum);
  /// Adds to sums per channel, in double: x[0] to that of channel `first`, and so on round and round. Uses up x.
  void (*add_up)(std::int64_t n, T* x, std::int64_t channels, std::int64_t first, double* sums);
  /// y = x * factor; y may be x.
  void (*multiply)(std::int64_t n, const T* x, const T* factor, T* y);
  /// count += 1 where x is not 0
  void (*count)(std::int64_t n, const T* x, T* count);
  /// Returns whether every x is 0 or 1.
  bool (*is_binary)(std::int64_t n, const T* x);
  /// Maxima of the windows of `x`.
  void (*pool)(const WindowRow& row, const T* x, T* y);
  /// Gives each window's gradient to its first maximum, in reading order, and 0 to its other places.
  void (*unpool)(const WindowRow& row, const T* x, const T* gy, T* gx);
};

/// Functions of one instruction set for all neurons.
struct InstructionSetKernels {
  CommonKernels<float> f32;
  CommonKernels<double> f64;
  void (*from_bytes)(std::int64_t n, const std::uint8_t* x, float* y);
  void (*from_bfloat16)(std::int64_t n, const std::uint16_t* x, float* y);
  /// Rounds to the nearest, halves to even; NaN stays NaN.
  void (*to_bfloat16)(std::int64_t n, const float* x, std::uint16_t* y);
};

/// Instruction sets that kernels are compiled for; the names are those of QUALIA_SNN_ISA.
enum class QUALIA_SNN_API InstructionSet { baseline, avx2, avx512 };

/// Returns the functions of neuron N, defined by its sources (CMake's qualia_snn_add_neuron).
template <class N, InstructionSet set>
QUALIA_SNN_API const NeuronKernels& neuron_kernels();

/// Returns the functions for all neurons, defined by common_rows.h.
template <InstructionSet set>
QUALIA_SNN_API const InstructionSetKernels& common_kernels();

}  // namespace qualia_snn::neuron
