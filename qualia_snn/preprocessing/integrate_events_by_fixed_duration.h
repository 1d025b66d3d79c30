#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Counts events into frames of one duration.
class QUALIA_SNN_API IntegrateEventsByFixedDuration final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "Frame i of a recording holds the events from i * duration until (i + 1) * duration after its first event, the\n"
      "last frame also one at its very end. x: [F, H, W, 2], or [F, W, 2] of sensors that are lines; y: the label of\n"
      "most events; a frame without events is all zeros.\n"
      "Source: qualia_plugin_snn.preprocessing.IntegrateEventsByFixedDuration;\n"
      "spikingjelly.datasets.integrate_events_by_fixed_duration.";
  struct Options {
    std::int64_t duration = 0;

    static void options(auto&& o) {
      o("duration", &Options::duration, "of a frame, microseconds").required().at_least(1);
    }
  };
  IntegrateEventsByFixedDuration(const Options& options, const config::BuildContext& context)
      : scratch_(context.scratch), duration_(options.duration) {}
  /// @throws DataError  if the data set has no events, or a recording none.
  void apply(datamodel::DataModel& data) const override;

 private:
  std::string scratch_;
  std::int64_t duration_;
};

}  // namespace qualia_snn::preprocessing
