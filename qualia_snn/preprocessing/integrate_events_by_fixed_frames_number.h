#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Counts events into the same number of frames for every recording.
class QUALIA_SNN_API IntegrateEventsByFixedFramesNumber final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "Cuts each recording into frames_num frames: of E / frames_num events each (split_by = \"number\"), or of\n"
      "(last - first) / frames_num microseconds each (\"time\"), both rounded down; the last frame takes the rest. x:\n"
      "[F, H, W, 2], or [F, W, 2] of sensors that are lines; y: the label of most events; a frame without events is\n"
      "all zeros.\n"
      "Source: qualia_plugin_snn.preprocessing.IntegrateEventsByFixedFramesNumber;\n"
      "spikingjelly.datasets.cal_fixed_frames_number_segment_index.";
  struct Options {
    std::string split_by;
    std::int64_t frames_num = 0;

    static void options(auto&& o) {
      o("split_by", &Options::split_by, "what frames have alike").required().one_of({"time", "number"});
      o("frames_num", &Options::frames_num, "frames per recording").required().at_least(1).at_most(1e6);
    }
  };
  IntegrateEventsByFixedFramesNumber(const Options& options, const config::BuildContext& context)
      : scratch_(context.scratch), by_time_(options.split_by == "time"), frames_num_(options.frames_num) {}
  /// @throws DataError  if the data set has no events, or a recording none.
  void apply(datamodel::DataModel& data) const override;

 private:
  std::string scratch_;
  bool by_time_;
  std::int64_t frames_num_;
};

}  // namespace qualia_snn::preprocessing
