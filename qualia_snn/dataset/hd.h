#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// Heidelberg Digits, audio: x [N, S, 1], float32, -1 to 1, zeros behind shorter ones; y class numbers [N], int64.
class QUALIA_SNN_API HD final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Spoken digits: audio/lang-<l>_speaker-<s>_trial-<t>_digit-<d>.flac, or .wav. test_filenames.txt names the\n"
      "recordings for testing; with variant = \"by-subject\" those of test_subjects are. Info holds the speaker, [N, "
      "1].\n"
      "Source: Cramer et al., The Heidelberg Spiking Data Sets for the Systematic Evaluation of Spiking Neural\n"
      "Networks, 2020; qualia_core.dataset.HD.";
  struct Options {
    std::string path;
    std::optional<std::string> variant;
    std::optional<std::vector<std::int64_t>> test_subjects;

    static void options(auto&& o) {
      o("path", &Options::path, "folder of audio and test_filenames.txt, relative to the working folder").required();
      o("variant", &Options::variant, "by-subject: test_subjects are for testing").one_of({"by-subject"});
      o("test_subjects", &Options::test_subjects, "numbers of speakers");
    }
    std::string validate() const {
      return variant && !test_subjects ? "variant = \"by-subject\" needs test_subjects" : "";
    }
  };
  HD(Options options, const config::BuildContext& context) : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override { return options_.variant ? "HD_" + *options_.variant : "HD"; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::string scratch_;
};

}  // namespace qualia_snn::dataset
