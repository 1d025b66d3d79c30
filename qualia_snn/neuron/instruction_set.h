#pragma once

#include <string>
#include <type_traits>

#include "qualia_snn/core/api.h"
#include "qualia_snn/neuron/row_kernels.h"

namespace qualia_snn::neuron {

/// Returns the instruction set that kernels run with: the best of this CPU, or what the variable QUALIA_SNN_ISA names.
///
/// The variable is read once. @throws ConfigError  if it names none, or one that this CPU lacks.
QUALIA_SNN_API InstructionSet instruction_set();

/// Returns whether this CPU runs an instruction set.
QUALIA_SNN_API bool is_available(InstructionSet set);

/// Returns "baseline", "avx2" or "avx512".
QUALIA_SNN_API std::string to_string(InstructionSet set);

/// Calls f with an instruction set as a constant: f(std::integral_constant<InstructionSet, set>()).
template <class F>
decltype(auto) with_instruction_set(InstructionSet set, const F& f) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return f(std::integral_constant<InstructionSet, InstructionSet::avx512>());
  if (set == InstructionSet::avx2) return f(std::integral_constant<InstructionSet, InstructionSet::avx2>());
#endif
  return f(std::integral_constant<InstructionSet, InstructionSet::baseline>());
}

/// The kernels of one neuron for every instruction set that the library was built for; null for others.
struct KernelTable {
  const NeuronKernels* sets[3] = {};
  const NeuronKernels& operator[](InstructionSet set) const { return *sets[static_cast<int>(set)]; }
};

/// Returns the kernels of neuron N.
template <class N>
KernelTable kernel_table() {
  KernelTable table;
  table.sets[static_cast<int>(InstructionSet::baseline)] = &neuron_kernels<N, InstructionSet::baseline>();
#if defined(__x86_64__)
  table.sets[static_cast<int>(InstructionSet::avx2)] = &neuron_kernels<N, InstructionSet::avx2>();
  table.sets[static_cast<int>(InstructionSet::avx512)] = &neuron_kernels<N, InstructionSet::avx512>();
#endif
  return table;
}

/// Returns the functions for all neurons of an instruction set that is available.
QUALIA_SNN_API const InstructionSetKernels& common_kernels(InstructionSet set);

}  // namespace qualia_snn::neuron
