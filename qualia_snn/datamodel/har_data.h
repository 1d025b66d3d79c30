#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::datamodel {

/// What people do, and what was measured meanwhile.
struct Activity {
  std::int64_t kind;  ///< number of the activity; classes follow its order
  /// Moments [n, F], float64, all dimensions of all sensors; or windows [n, S, F], float32.
  at::Tensor samples;
  std::string name = {};  ///< "WALKING"; "": known by its number only
};

/// Returns the number of an activity of Qualia, "WALKING" for example.
/// @throws ConfigError  if there is none of that name, with the names.
QUALIA_SNN_API std::int64_t activity_number(std::string_view name);

/// One person, with activities in the order of time.
struct Subject {
  std::string name;
  std::vector<Activity> activities;
};

/// A sensor and its dimensions, which are consecutive columns of the samples.
struct Sensor {
  std::string kind;                     ///< "Accelerometer"
  std::vector<std::string> dimensions;  ///< "x", "y", "z"
};

/// The sets of a data set of human activities; valid is often absent.
struct HARDataSets {
  std::optional<std::vector<Subject>> train, valid, test;

  /// Returns the sets with their names, in Qualia's order.
  std::array<std::pair<const char*, std::optional<std::vector<Subject>>*>, 3> named() {
    return {{{"train", &train}, {"valid", &valid}, {"test", &test}}};
  }
};

/// A data set of human activities, subject by subject.
struct HARDataModel {
  std::string name;
  HARDataSets sets;
  std::vector<Sensor> sensors;  ///< of every sample; none: its columns have no names
};

}  // namespace qualia_snn::datamodel
