#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Scales samples of any rank, float32 or float64, by statistics of the training set over `axis`.
class QUALIA_SNN_API Normalize final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "z-score:  (x - mean) / deviation        min-max:  (x - min) / (max - min)\n"
      "with statistics of the training set: axis = 0 gives one per feature, all axes give one for everything. There "
      "is\n"
      "no epsilon: a constant feature becomes NaN, as in Qualia. Data sets that Qualia reads in chunks (CIFAR10) use "
      "the\n"
      "statistics of each chunk for its own samples and those of all chunks for the other sets.\n"
      "Source: qualia_core.preprocessing.Normalize.";

  struct Options {
    std::string method = "z-score";
    config::Extents axis{{0}};
    bool debug = false;

    static void options(auto&& o) {
      o("method", &Options::method, "statistics").one_of({"z-score", "min-max"});
      o("axis", &Options::axis, "axes that the statistics are taken over");
      o("debug", &Options::debug, "log the range of every set before and after");
    }
  };
  Normalize(Options options, const config::BuildContext&)
      : RawPreprocessing("Normalize"), options_(std::move(options)) {}

 private:
  /// @throws DataError  if there is no training set or its samples are no floats.
  /// @throws ConfigError  if the axes do not fit the samples.
  void change(datamodel::RawDataModel& data) const override;
  /// Returns the axes from 0, sorted. @throws ConfigError  if one does not exist or is named twice.
  std::vector<std::int64_t> distinct_axes(std::int64_t dims) const;

  Options options_;
};

}  // namespace qualia_snn::preprocessing
