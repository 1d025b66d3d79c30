#pragma once

#include <string>

#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::preprocessing {

/// The options of steps that take samples from one set and put them into another.
struct QUALIA_SNN_API SetPair {
  std::string source = "train";
  std::string dest = "test";

  /// Returns the set that samples are taken from; `step` is the noun of messages.
  /// @throws DataError  if the data set has no such set.
  datamodel::RawData& source_in(datamodel::RawDataModel& data, const char* step) const;
  /// Makes `samples` the set `dest`; a set that was there is lost, with a warning.
  void store(datamodel::RawDataModel& data, datamodel::RawData samples, const char* step) const;

  static void options(auto&& o) {
    o("source", &SetPair::source, "set that the samples are taken from").one_of({"train", "valid", "test"});
    o("dest", &SetPair::dest, "set that they become; replaced if it exists").one_of({"train", "valid", "test"});
  }
};

}  // namespace qualia_snn::preprocessing
