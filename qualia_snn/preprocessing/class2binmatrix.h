#pragma once

#include <optional>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Turns class numbers [N] into one-hot rows [N, K], float32.
class QUALIA_SNN_API Class2BinMatrix final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Class numbers [N] become one-hot rows [N, K], float32. Without classes, K is the largest class of each set + "
      "1.\n"
      "Source: qualia_core.preprocessing.Class2BinMatrix.";
  struct Options {
    std::optional<std::int64_t> classes;

    static void options(auto&& o) {
      o("classes", &Options::classes, "K; the largest class of each set + 1 if left out").at_least(1).at_most(1e6);
    }
  };
  Class2BinMatrix(const Options& options, const config::BuildContext&)
      : RawPreprocessing("Class2BinMatrix"), options_(options) {}

 private:
  void change(datamodel::RawDataModel& data) const override;

  Options options_;
};

}  // namespace qualia_snn::preprocessing
