#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Scales samples by statistics of the training set over `axis`.
///
///     z-score:  (x - mean) / deviation        min-max:  (x - min) / (max - min)
///
/// axis = 0 gives one statistic per feature, all axes give one for everything. There is no epsilon: a constant feature
/// becomes NaN, as in Qualia. Source: qualia_core.preprocessing.Normalize.
class QUALIA_SNN_API Normalize final : public Preprocessing {
 public:
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
  Normalize(Options options, const config::BuildContext&) : options_(std::move(options)) {}
  void apply(datamodel::RawDataModel& data) const override;

 private:
  /// Returns the axes from 0, sorted. @throws ConfigError  if one does not exist or is named twice.
  std::vector<std::int64_t> distinct_axes(std::int64_t dims) const;

  Options options_;
};

}  // namespace qualia_snn::preprocessing
