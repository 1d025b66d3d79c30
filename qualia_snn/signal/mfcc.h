#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "qualia_snn/signal/mel.h"

namespace qualia_snn::signal {

/// How coefficients are taken; names and defaults of torchaudio.transforms.MFCC.
struct QUALIA_SNN_API MFCCOptions {
  std::int64_t sample_rate = 16000, n_mfcc = 40, dct_type = 2;
  std::optional<std::string> norm = "ortho";
  bool log_mels = false;
  MelOptions melkwargs;

  static void options(auto&& o) {
    o("sample_rate", &MFCCOptions::sample_rate, "samples per second").required().at_least(1);
    o("n_mfcc", &MFCCOptions::n_mfcc, "coefficients that are kept").required().at_least(1);
    o("dct_type", &MFCCOptions::dct_type, "type of the cosine transform").at_least(2).at_most(2);
    o("norm", &MFCCOptions::norm, "norm of the cosine transform; false: none").one_of({"ortho"});
    o("log_mels", &MFCCOptions::log_mels, "log(mel + 1e-6) instead of decibels, cut 80 below the largest");
    o("melkwargs", &MFCCOptions::melkwargs, "how the mel spectrogram is taken");
  }
  std::string validate() const;
};

/// Mel-frequency cepstral coefficients, equal to those of torchaudio 2.11.
///
/// Davis and Mermelstein, Comparison of Parametric Representations for Monosyllabic Word Recognition, 1980.
class QUALIA_SNN_API MFCC {
 public:
  /// @throws ConfigError  if the frequencies do not fit the sample rate.
  explicit MFCC(const MFCCOptions& options);

  /// Returns the coefficients [N, n_mfcc, frames] of signals [N, S], float32.
  ///
  /// Decibels are cut 80 below the largest of all N signals, as torchaudio does.
  /// @throws ShapeError  if the signals are too short for a window.
  at::Tensor operator()(const at::Tensor& signals) const;

 private:
  MelSpectrogram mel_;
  at::Tensor cosines_;  ///< [n_mels, n_mfcc]
  bool log_mels_;
};

}  // namespace qualia_snn::signal
