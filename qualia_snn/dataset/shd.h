#pragma once

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// Spiking Heidelberg Digits: events of 700 cochlear channels, 20 classes, 8,156 + 2,264 recordings.
class QUALIA_SNN_API SHD : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Events of a line of 700 channels; times in microseconds, all of positive polarity. Files:\n"
      "<prefix>_train.h5 and <prefix>_test.h5, gzipped or not, with spikes/times in seconds, spikes/units and labels.\n"
      "IntegrateEventsByFixedDuration or IntegrateEventsByFixedFramesNumber makes frames of them.\n"
      "Source: Cramer et al., The Heidelberg Spiking Data Sets for the Systematic Evaluation of Spiking Neural\n"
      "Networks, 2020; qualia_plugin_snn.dataset.SHD.";
  struct Options {
    std::string path;
    std::string prefix = "shd";

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the files, relative to the working folder");
      o("prefix", &Options::prefix, "what the names of the files start with");
    }
  };
  SHD(Options options, const config::BuildContext& context) : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override { return "SHD"; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 protected:
  /// Returns K; labels are below.
  virtual std::int64_t classes() const { return 20; }

 protected:
  /// Opens the file of a set. @throws DataError  if it is missing, damaged, or its datasets do not fit each other.
  datamodel::EventData load_set(const std::string& set) const;

  /// Returns the path of the file of a set. @throws DataError  if there is none.
  std::string file_of(const std::string& set) const;

 private:
  Options options_;
  std::string scratch_;
};

/// Spiking Speech Commands: events of 700 cochlear channels, 35 classes, with a validation set.
class QUALIA_SNN_API SSC final : public SHD {
 public:
  static constexpr const char* kDetails =
      "The same format as SHD, from <prefix>_train.h5, <prefix>_valid.h5 and <prefix>_test.h5: 35 words.\n"
      "Source: Cramer et al., The Heidelberg Spiking Data Sets for the Systematic Evaluation of Spiking Neural\n"
      "Networks, 2020; qualia_plugin_snn.dataset.SSC.";
  struct Options : SHD::Options {
    Options() { prefix = "ssc"; }
  };
  using SHD::SHD;

  std::string name() const override { return "SSC"; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 protected:
  std::int64_t classes() const override { return 35; }
};

}  // namespace qualia_snn::dataset
