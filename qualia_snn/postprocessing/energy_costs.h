#pragma once

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn::postprocessing {

/// How the energy of an operation is found for a width, see `operation_energy`.
enum class OperationEstimate { kICONIP, kSaturation, kLinear, kQuadratic };

/// Energy of an addition and of a multiplication of integers of two widths in a 45 nm process, in pJ.
///
/// Source: M. Horowitz, "Computing's Energy Problem (and what we can do about it)", ISSCC 2014, figure 1.1.9.
struct OperationEnergies {
  double at_8_bits, at_32_bits;
};
inline constexpr OperationEnergies kAddition = {0.03, 0.1}, kMultiplication = {0.2, 3.1};

/// Returns the energy of an operation on numbers of some width, in pJ.
///
/// kICONIP: that of 32 bits, as in Lemaire et al. 2022; kSaturation: that of the next larger width; kLinear: on the
/// line through both; kQuadratic: on the parabola through both and 0, in float32 as Qualia solves it.
/// @throws ConfigError  for kSaturation beyond 32 bits.
QUALIA_SNN_API double operation_energy(const OperationEnergies& energies, std::int64_t width,
                                       OperationEstimate estimate);

/// Returns the energy of one access to a memory, in pJ.
///
/// As in Lemaire et al. 2022: 1.09e-5 pJ per bit + 13.2 pJ, a line through Horowitz's figures for SRAM of 8 KiB (10
/// pJ), 32 KiB (20 pJ) and 1 MiB (100 pJ). With `packed`: 10 pJ per access of 64 bits to blocks of 8 KiB, whatever the
/// size (T. Louis), shared by the values that fit.
/// @param values  that the memory holds
QUALIA_SNN_API double memory_energy(double values, std::int64_t width, bool packed);

}  // namespace qualia_snn::postprocessing
