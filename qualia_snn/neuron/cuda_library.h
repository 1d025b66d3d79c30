#pragma once

#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/multi_step.h"

namespace qualia_snn::neuron {

/// Returns the functions of a neuron for GPUs, or null.
///
/// They are looked for in the `_cuda.so` beside the library or program that has the neuron's other kernels, which is
/// opened the first time that one of its neurons is asked for. A warning tells once why there is none.
QUALIA_SNN_API const CudaNeuronKernels* find_cuda_kernels(const EngineNeuron& neuron);

/// Returns where that is: beside `/some/libname.so.0` it is `/some/libname_cuda.so`.
QUALIA_SNN_API std::string cuda_library_path(const std::string& binary);

}  // namespace qualia_snn::neuron
