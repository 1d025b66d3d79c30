#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/core/api.h"

namespace qualia_snn::signal {

/// A windowed sinc.
struct LowPass {
  double zeros;   ///< crossings on either side
  double corner;  ///< as a share of half the input's rate, times the inputs of a block
};

/// Changes the sample rate of signals, equal to torchaudio 2.11's functional.resample: a sinc with a Hann window.
///
/// Smith, Digital Audio Resampling Home Page, https://ccrma.stanford.edu/~jos/resample.
class QUALIA_SNN_API Resampler {
 public:
  /// @param from, to  samples per second
  /// @param lowpass_filter_width  zero crossings of the sinc on either side
  /// @param rolloff  corner of the low pass, as a share of half the lower rate
  /// @throws ConfigError  unless all are above 0 and rolloff at most 1, or if the kernels would take too much memory.
  Resampler(std::int64_t from, std::int64_t to, std::int64_t lowpass_filter_width = 6, double rolloff = 0.99);

  /// Returns signals [M, ceil(S * to / from)] of signals [M, S], float32.
  at::Tensor operator()(const at::Tensor& signals) const;

 private:
  void make_kernels(const LowPass& low_pass);
  void make_taps(const LowPass& low_pass);
  at::Tensor convolve(const at::Tensor& padded) const;
  at::Tensor add_taps(const at::Tensor& padded, std::int64_t outputs) const;

  std::int64_t from_, to_, width_;
  /// One kernel for each place of an output between two inputs, [to, 1, 2 * width + from]; undefined where they are
  /// many and nearly all of them zero.
  at::Tensor kernels_;
  at::Tensor taps_;    ///< instead: what is not zero of them, [2 * width + 2, to]
  at::Tensor firsts_;  ///< and the input of the first tap, [to]
};

}  // namespace qualia_snn::signal
