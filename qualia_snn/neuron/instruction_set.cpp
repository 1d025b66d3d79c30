#include "qualia_snn/neuron/instruction_set.h"

#include <cstdlib>
#include <string_view>

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {
namespace {

constexpr InstructionSet kSets[] = {InstructionSet::avx512, InstructionSet::avx2, InstructionSet::baseline};

InstructionSet best() {
  for (const auto set : kSets) {
    if (is_available(set)) return set;
  }
  return InstructionSet::baseline;
}

InstructionSet choose() {
  const char* const wanted = std::getenv("QUALIA_SNN_ISA");
  if (!wanted || !*wanted) return best();
  for (const auto set : kSets) {
    if (to_string(set) != wanted) continue;
    QUALIA_SNN_CHECK(is_available(set), ConfigError, "QUALIA_SNN_ISA=", wanted,
                     ": this CPU does not have it; its best is ", to_string(best()));
    return set;
  }
  throw ConfigError(concat("QUALIA_SNN_ISA=", wanted, ": unknown; known: baseline, avx2, avx512"));
}

}  // namespace

bool is_available(InstructionSet set) {
  if (set == InstructionSet::baseline) return true;
#if defined(__x86_64__)
  if (set == InstructionSet::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

InstructionSet instruction_set() {
  static const InstructionSet set = choose();
  return set;
}

std::string to_string(InstructionSet set) {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
  }
  return {};
}

const InstructionSetKernels& common_kernels(InstructionSet set) {
  return with_instruction_set(
      set, [](auto constant) -> const auto& { return common_kernels<constant>(); });
}

}  // namespace qualia_snn::neuron
