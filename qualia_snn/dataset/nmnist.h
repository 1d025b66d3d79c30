#pragma once

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// N-MNIST: events of a sensor of 34 x 34 pixels, 10 classes, 60,000 + 10,000 recordings.
class QUALIA_SNN_API NMNIST final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Digits that a moving ATIS sensor saw: events of 34 x 34 pixels, times in microseconds. Files:\n"
      "Train/<digit>/*.bin and Test/<digit>/*.bin. IntegrateEventsByFixedDuration or\n"
      "IntegrateEventsByFixedFramesNumber makes frames of them.\n"
      "Source: Orchard et al., Converting Static Image Datasets to Spiking Neuromorphic Datasets Using Saccades, 2015.";
  struct Options {
    std::string path;

    static void options(auto&& o) {
      o("path", &Options::path, "folder of Train and Test, relative to the working folder").required();
    }
  };
  NMNIST(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return "NMNIST"; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataset
