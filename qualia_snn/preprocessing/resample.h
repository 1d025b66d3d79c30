#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/signal/resample.h"

namespace qualia_snn::preprocessing {

/// Changes the sample rate of signals: x [N, S, C] becomes [N, ceil(S * new_freq / orig_freq), C], float32.
class QUALIA_SNN_API Resample final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Band-limited interpolation: a sinc with a Hann window.\n"
      "Source: torchaudio.transforms.Resample.";
  struct Options {
    std::int64_t orig_freq = 0, new_freq = 0, lowpass_filter_width = 6;
    double rolloff = 0.99;

    static void options(auto&& o) {
      o("orig_freq", &Options::orig_freq, "samples per second").required().at_least(1).at_most(1e6);
      o("new_freq", &Options::new_freq, "samples per second of the result").required().at_least(1).at_most(1e6);
      o("lowpass_filter_width", &Options::lowpass_filter_width, "zero crossings of the sinc on either side")
          .at_least(1)
          .at_most(1e4);
      o("rolloff", &Options::rolloff, "corner of the low pass, as a share of half the lower rate").above(0).at_most(1);
    }
  };
  Resample(const Options& options, const config::BuildContext&)
      : RawPreprocessing("Resample"),
        resampler_(options.orig_freq, options.new_freq, options.lowpass_filter_width, options.rolloff) {}

 private:
  /// @throws DataError  if the samples are no signals.
  void change(datamodel::RawDataModel& data) const override;

  signal::Resampler resampler_;
};

}  // namespace qualia_snn::preprocessing
