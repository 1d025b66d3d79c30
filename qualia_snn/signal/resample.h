#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn::signal {

/// Changes the sample rate of signals, equal to torchaudio 2.11's functional.resample: a sinc with a Hann window.
///
/// Smith, Digital Audio Resampling Home Page, https://ccrma.stanford.edu/~jos/resample.
class QUALIA_SNN_API Resampler {
 public:
  /// @param from, to  samples per second
  /// @param lowpass_filter_width  zero crossings of the sinc on either side
  /// @param rolloff  corner of the low pass, as a share of half the lower rate
  /// @throws ConfigError  unless all are above 0 and rolloff at most 1.
  Resampler(std::int64_t from, std::int64_t to, std::int64_t lowpass_filter_width = 6, double rolloff = 0.99);

  /// Returns signals [M, ceil(S * to / from)] of signals [M, S], float32.
  at::Tensor operator()(const at::Tensor& signals) const;

 private:
  std::int64_t from_, to_, width_;
  at::Tensor kernels_;  ///< [to, 1, 2 * width + from]
};

}  // namespace qualia_snn::signal
