#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// Free Spoken Digit Dataset: x [N, record_length, 1], float32, values of 16 bits; y class numbers [N], int64.
class QUALIA_SNN_API FSDD final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "3,000 recordings of spoken digits, 8 kHz, of 6 speakers, cut or continued with zeros: <digit>_<speaker>_<i>.wav "
      "in\n"
      "`path`, a folder or a zip archive. Recordings 0 to 4 of each speaker and digit are for testing, or with\n"
      "test_speakers all of theirs.\n"
      "Source: Jackson et al., Free Spoken Digit Dataset, CC BY-SA 4.0.";
  struct Options {
    std::string path;
    std::int64_t record_length = 8000;
    std::optional<std::vector<std::string>> test_speakers;

    static void options(auto&& o) {
      o("path", &Options::path, "folder or archive, relative to the working folder").required();
      o("record_length", &Options::record_length, "samples per recording").at_least(1).at_most(1e8);
      o("test_speakers", &Options::test_speakers, "names of those whose recordings are for testing");
    }
  };
  FSDD(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return options_.test_speakers ? "FSDD_by-speaker" : "FSDD"; }
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataset
