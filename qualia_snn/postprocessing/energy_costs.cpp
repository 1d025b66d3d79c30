#include "qualia_snn/postprocessing/energy_costs.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::postprocessing {
namespace {

double on_line(const OperationEnergies& energies, double width) {
  const double slope = (energies.at_32_bits - energies.at_8_bits) / (32 - 8);
  return slope * width + (energies.at_8_bits - slope * 8);
}

/// a w^2 + b w through both widths: e / w is a line.
double on_parabola(const OperationEnergies& energies, double width) {
  const double a = (energies.at_32_bits / 32 - energies.at_8_bits / 8) / (32 - 8);
  const double b = energies.at_8_bits / 8 - 8 * a;
  return static_cast<float>(a * width * width + b * width);
}

}  // namespace

double operation_energy(const OperationEnergies& energies, std::int64_t width, OperationEstimate estimate) {
  switch (estimate) {
    case OperationEstimate::kICONIP:
      return energies.at_32_bits;
    case OperationEstimate::kLinear:
      return on_line(energies, static_cast<double>(width));
    case OperationEstimate::kQuadratic:
      return on_parabola(energies, static_cast<double>(width));
    case OperationEstimate::kSaturation:
      break;
  }
  QUALIA_SNN_CHECK(width <= 32, ConfigError, "mem_width = ", width, ": saturation knows widths up to 32");
  return width <= 8 ? energies.at_8_bits : energies.at_32_bits;
}

double memory_energy(double values, std::int64_t width, bool packed) {
  constexpr std::int64_t kBus = 64;                  // bits
  constexpr double kPerAccess = 10;                  // pJ
  constexpr double kPerBit = 1.09e-5, kBase = 13.2;  // pJ
  if (packed) return kPerAccess / static_cast<double>(kBus / width);
  return kPerBit * values * static_cast<double>(width) + kBase;
}

}  // namespace qualia_snn::postprocessing
