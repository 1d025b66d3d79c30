#pragma once

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// The options that all readings of DVS128 Gesture share.
struct DVSGestureOptions {
  std::string path;
  std::string data_type = "frame";

  static void options(auto&& o) {
    o("path", &DVSGestureOptions::path, "folder of the data set, relative to the working folder");
    o("data_type", &DVSGestureOptions::data_type, "part of the name in out/data").one_of({"frame"});
  }
};

/// DVS128 Gesture: events of a sensor of 128 x 128 pixels, 11 gestures, 1,176 + 288 recordings.
class QUALIA_SNN_API DVSGesture : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Events of 128 x 128 pixels, times in microseconds. `path` holds events_np/{train,test}/<0 to 10>/*.npz, as\n"
      "SpikingJelly makes them, or DvsGesture/ (also below extract/): AEDAT 3.1 recordings, their _labels.csv files "
      "and\n"
      "trials_to_{train,test}.txt. As in Qualia classes are the folders in the order of their names as text: 0, 1, "
      "10,\n"
      "2, ... IntegrateEventsByFixedDuration or IntegrateEventsByFixedFramesNumber makes frames of them.\n"
      "Source: Amir et al., A Low Power, Fully Event-Based Gesture Recognition System, CVPR 2017;\n"
      "qualia_plugin_snn.dataset.DVSGesture.";
  using Options = DVSGestureOptions;
  DVSGesture(Options options, const config::BuildContext& context)
      : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override { return "DVSGesture_" + options_.data_type; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::string scratch_;
};

/// DVS128 Gesture as frames in groups of time steps: x [N, T, 128, 128, 2], float32; y class numbers [N], int32.
class QUALIA_SNN_API DVSGestureWithPreprocessing final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "DVSGesture, then IntegrateEventsByFixedDuration and Group2TimeStepsBySample, in one data set.\n"
      "Source: qualia_plugin_snn.dataset.DVSGestureWithPreprocessing.";
  struct Options : DVSGestureOptions {
    std::int64_t duration = 0, timesteps = 0;

    static void options(auto&& o) {
      DVSGestureOptions::options(o);
      o("duration", &Options::duration, "of a frame, microseconds").required().at_least(1);
      o("timesteps", &Options::timesteps, "frames per sample").required().at_least(1);
    }
  };
  DVSGestureWithPreprocessing(Options options, const config::BuildContext& context)
      : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override;
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::string scratch_;
};

}  // namespace qualia_snn::dataset
