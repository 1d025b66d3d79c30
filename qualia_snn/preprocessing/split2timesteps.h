#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Cuts signals [N, S, C] into time steps [N, T, S / T, C].
class QUALIA_SNN_API Split2TimeSteps final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "[N, S, C] becomes [N, chunks, S / chunks, C]; samples that are left over at the end are dropped.\n"
      "Source: qualia_plugin_snn.preprocessing.Split2TimeSteps.";
  struct Options {
    std::int64_t chunks = 0;

    static void options(auto&& o) {
      o("chunks", &Options::chunks, "T, time steps").required().at_least(1).at_most(1e6);
    }
  };
  Split2TimeSteps(const Options& options, const config::BuildContext&)
      : RawPreprocessing("Split2TimeSteps"), T_(options.chunks) {}

 private:
  /// @throws DataError  if signals are shorter than T.
  void change(datamodel::RawDataModel& data) const override;

  std::int64_t T_;
};

}  // namespace qualia_snn::preprocessing
