#pragma once

#include <string>
#include <utility>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// UCI HAR: windows of 128 moments of 9 signals of a smartphone, or 561 features of them; 6 activities.
class QUALIA_SNN_API UCI_HAR final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "7,352 + 2,947 windows of 30 people, subject by subject: DatamodelConverter makes arrays of them. raw: [N, 128, "
      "9]\n"
      "from <set>/Inertial Signals/*.txt; features: [N, 561, 1] from <set>/X_<set>.txt. Classes are the activities in\n"
      "the order of Qualia's list (features) or of the data set (raw).\n"
      "Source: Anguita et al., A Public Domain Dataset for Human Activity Recognition Using Smartphones, 2013;\n"
      "qualia_core.dataset.UCI_HAR.";
  struct Options {
    std::string path;
    std::string variant = "features";

    static void options(auto&& o) {
      o("path", &Options::path, "folder of train and test, relative to the working folder");
      o("variant", &Options::variant, "signals or features").one_of({"features", "raw"});
    }
  };
  UCI_HAR(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return "UCI_HAR_" + options_.variant; }
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataset
