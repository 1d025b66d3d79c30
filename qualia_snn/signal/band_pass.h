#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::signal {

/// A Butterworth band pass of first order, digital: b and a of scipy.signal.butter(1, [low, high], "bandpass").
class QUALIA_SNN_API BandPass {
 public:
  /// @param low  lower corner, as a share of half the sample rate
  /// @param high  upper corner
  /// @throws ConfigError  unless 0 < low < high < 1.
  BandPass(double low, double high);

  /// Samples below which `both_ways` does not work.
  static constexpr std::int64_t kShortest = 10;

  /// Filters a signal forward and backward, which shifts no phase: scipy.signal.filtfilt with its defaults.
  /// @throws DataError  if the signal has less than kShortest samples.
  std::vector<double> both_ways(const std::vector<double>& signal) const;

 private:
  /// Filters in place, from the state that a constant signal of the first sample leaves.
  void filter(std::vector<double>& signal) const;

  double b_[3], a_[3];
};

}  // namespace qualia_snn::signal
