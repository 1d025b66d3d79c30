#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Drops the columns of sensors.
class QUALIA_SNN_API RemoveSensor final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "Drops what the named sensors measured. Without any sensor left there are no samples.\n"
      "Source: qualia_core.preprocessing.RemoveSensor.";
  struct Options {
    std::vector<std::string> sensorkinds;
    bool noconvert = false;

    static void options(auto&& o) {
      o("sensorkinds", &Options::sensorkinds, "kinds of sensors")
          .required()
          .one_of({"Accelerometer", "Barometer", "GPS", "Gyroscope", "Magnetometer"});
      o("noconvert", &Options::noconvert, "accepted as in Qualia, where names then match no sensor");
    }
    std::string validate() const { return noconvert ? "noconvert: names of sensors are wanted; expected false" : ""; }
  };
  RemoveSensor(Options options, const config::BuildContext&) : kinds_(std::move(options.sensorkinds)) {}
  /// @throws DataError  if the data set has no subjects or no sensors.
  void apply(datamodel::DataModel& data) const override;

 private:
  std::vector<std::string> kinds_;
};

}  // namespace qualia_snn::preprocessing
