#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/signal/band_pass.h"

namespace qualia_snn::preprocessing {

/// Filters one dimension of a sensor, activity by activity.
class QUALIA_SNN_API BandPassFilter final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "A Butterworth band pass of first order, forward and backward, so that no phase is shifted. Activities of less\n"
      "than 9 samples stay as they are, with a warning; one of 9 is an error, as in Qualia.\n"
      "Source: qualia_core.preprocessing.BandPassFilter; scipy.signal.butter, filtfilt.";
  struct Options {
    double f1 = 0, f2 = 0, fs = 0;
    std::string sensorkind, dimension;

    static void options(auto&& o) {
      o("f1", &Options::f1, "lower corner, Hz").required().above(0);
      o("f2", &Options::f2, "upper corner, Hz").required().above(0);
      o("fs", &Options::fs, "samples per second").required().above(0);
      o("sensorkind", &Options::sensorkind, "kind of the sensor")
          .required()
          .one_of({"Accelerometer", "Barometer", "GPS", "Gyroscope", "Magnetometer"});
      o("dimension", &Options::dimension, "what the sensor measures, \"x\" for example").required();
    }
    std::string validate() const { return f1 < f2 && 2 * f2 < fs ? "" : "f1, f2 and fs: expected f1 < f2 < fs / 2"; }
  };
  BandPassFilter(Options options, const config::BuildContext&)
      : filter_(options.f1 / (0.5 * options.fs), options.f2 / (0.5 * options.fs)), options_(std::move(options)) {}
  /// @throws DataError  if the data set has no subjects, no such sensor or dimension, or an activity of 9 samples.
  void apply(datamodel::DataModel& data) const override;

 private:
  signal::BandPass filter_;
  Options options_;
};

}  // namespace qualia_snn::preprocessing
