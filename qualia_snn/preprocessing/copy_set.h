#pragma once

#include <optional>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/preprocessing/set_pair.h"

namespace qualia_snn::preprocessing {

/// Copies one set, with its info and chunks, into another.
class QUALIA_SNN_API CopySet final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Makes `dest` a copy of `source`, for example to use the test set for validation too.\n"
      "Source: qualia_core.preprocessing.CopySet.";

  struct Options : SetPair {
    std::optional<double> ratio;

    static void options(auto&& o) {
      SetPair::options(o);
      o("ratio", &Options::ratio, "accepted as in Qualia, has no effect: the whole set is copied");
    }
  };
  CopySet(Options options, const config::BuildContext&) : RawPreprocessing("CopySet"), options_(std::move(options)) {}

 private:
  /// @throws DataError  if there is no source set.
  void change(datamodel::RawDataModel& data) const override;

  Options options_;
};

}  // namespace qualia_snn::preprocessing
