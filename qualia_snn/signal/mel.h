#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "qualia_snn/config/options.h"
#include "qualia_snn/config/word.h"
#include "qualia_snn/core/api.h"

namespace qualia_snn::signal {

/// How a mel spectrogram is taken; names and defaults of torchaudio.transforms.MelSpectrogram.
struct QUALIA_SNN_API MelOptions {
  std::int64_t n_fft = 400;
  std::optional<std::int64_t> win_length = {}, hop_length = {};
  double f_min = 0;
  std::optional<double> f_max = {};
  std::int64_t pad = 0, n_mels = 128;
  double power = 2;
  bool normalized = false, center = true;
  config::Word pad_mode = "reflect", mel_scale = "htk";
  std::optional<std::string> norm = {};

  static void options(auto&& o) {
    o("n_fft", &MelOptions::n_fft, "size of a Fourier transform, samples").at_least(1).at_most(1 << 24);
    o("win_length", &MelOptions::win_length, "size of the Hann window, samples; false: n_fft").at_least(1);
    o("hop_length", &MelOptions::hop_length, "samples from window to window; false: half a window").at_least(1);
    o("f_min", &MelOptions::f_min, "lowest frequency, Hz").at_least(0);
    o("f_max", &MelOptions::f_max, "highest frequency, Hz; false: half the sample rate").above(0);
    o("pad", &MelOptions::pad, "zeros on both ends of a signal, samples").at_least(0).at_most(1 << 24);
    o("n_mels", &MelOptions::n_mels, "mel filters").at_least(1).at_most(1 << 16);
    o("power", &MelOptions::power, "exponent of the magnitudes: 1 amplitude, 2 power").above(0);
    o("normalized", &MelOptions::normalized, "divide spectra by the root of the window's energy");
    o("center", &MelOptions::center, "pad signals so that windows lie around their samples");
    o("pad_mode", &MelOptions::pad_mode, "what is padded with")
        .one_of({"reflect", "constant", "replicate", "circular"});
    o("norm", &MelOptions::norm, "\"slaney\": filters of equal area").one_of({"slaney"});
    o("mel_scale", &MelOptions::mel_scale, "mel scale").one_of({"htk", "slaney"});
  }
  std::string validate() const;
};

/// Mel spectrograms of signals of one sample rate, as torchaudio 2.11 takes them.
class QUALIA_SNN_API MelSpectrogram {
 public:
  /// @param sample_rate  Hz
  /// @throws ConfigError  if the frequencies do not fit the sample rate.
  MelSpectrogram(std::int64_t sample_rate, MelOptions options);

  /// Returns the spectrograms [..., n_mels, frames] of signals [..., S], float32.
  /// @throws ShapeError  if a signal is too short for a window.
  at::Tensor operator()(const at::Tensor& signals) const;

 private:
  MelOptions options_;
  at::Tensor window_;   ///< [win_length]
  at::Tensor filters_;  ///< [n_fft / 2 + 1, n_mels]
};

}  // namespace qualia_snn::signal
