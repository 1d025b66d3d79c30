#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Groups consecutive frames of a recording: x [F, ...] becomes [N, T, ...].
class QUALIA_SNN_API Group2TimeStepsBySample final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "T consecutive frames of the same recording become one sample; frames that are left over at the end of a\n"
      "recording are dropped. The label is that of most frames, the smallest of several. Comes after\n"
      "IntegrateEventsByFixedDuration or IntegrateEventsByFixedFramesNumber.\n"
      "Source: qualia_plugin_snn.preprocessing.Group2TimeStepsBySample.";
  struct Options {
    std::int64_t timesteps = 0;

    static void options(auto&& o) {
      o("timesteps", &Options::timesteps, "T, frames per sample").required().at_least(1).at_most(1e6);
    }
  };
  Group2TimeStepsBySample(const Options& options, const config::BuildContext&)
      : RawPreprocessing("Group2TimeStepsBySample"), T_(options.timesteps) {}

 private:
  /// @throws DataError  if there is no info of frames, or the labels are no class numbers.
  void change(datamodel::RawDataModel& data) const override;

  std::int64_t T_;
};

}  // namespace qualia_snn::preprocessing
