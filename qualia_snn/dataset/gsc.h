#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// Google Speech Commands: x [N, record_length, 1], float32, values of 16 bits; y class numbers [N], int64.
class QUALIA_SNN_API GSC final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Spoken words, cut or continued with zeros: <word>/*.wav in `path`, with validation_list.txt and\n"
      "testing_list.txt. Subsets: digits (10 classes), no_background_noise (35; v1: 30), tensorflow (10 words, "
      "silence,\n"
      "unknown; silence from windows of _background_noise_, of which running_tap.wav is for validation; the files of\n"
      "test_path are for testing too).\n"
      "Source: Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018;\n"
      "qualia_core.dataset.GSC.";
  struct Options {
    std::string path;
    std::optional<std::string> test_path;
    std::string variant = "v2", subset = "digits";
    bool train_valid_split = false;
    std::int64_t record_length = 16000;

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the words, relative to the working folder").required();
      o("test_path", &Options::test_path, "folder of the separate test archive, for tensorflow");
      o("variant", &Options::variant, "version of the data set").one_of({"v1", "v2"});
      o("subset", &Options::subset, "which words").one_of({"digits", "no_background_noise", "tensorflow"});
      o("train_valid_split", &Options::train_valid_split, "validation_list.txt becomes the validation set");
      o("record_length", &Options::record_length, "samples per recording").at_least(1).at_most(1e8);
    }
    std::string validate() const {
      return subset == "tensorflow" && !test_path ? "subset = \"tensorflow\" needs test_path" : "";
    }
  };
  GSC(Options options, const config::BuildContext& context) : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override { return "GSC_" + options_.variant + "_" + options_.subset; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::string scratch_;
};

}  // namespace qualia_snn::dataset
