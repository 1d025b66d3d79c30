#pragma once

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// German Traffic Sign Recognition Benchmark: x [N, width, height, 3], float32, 0 to 1; y class numbers [N], int64.
class QUALIA_SNN_API GTSRB final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "43 traffic signs, images resized. Files: Final_Training/Images/<class>/*.ppm, Final_Test/Images/*.ppm and\n"
      "GT-final_test.csv. As in Qualia `width` counts the rows of the result and `height` its columns.\n"
      "Source: Stallkamp et al., Man vs. Computer: Benchmarking Machine Learning Algorithms for Traffic Sign\n"
      "Recognition, 2012; qualia_core.dataset.GTSRB.";
  struct Options {
    std::string path;
    std::int64_t width = 32, height = 32;

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the files, relative to the working folder");
      o("width", &Options::width, "rows of an image").at_least(1).at_most(4096);
      o("height", &Options::height, "columns of an image").at_least(1).at_most(4096);
    }
  };
  GTSRB(Options options, const config::BuildContext& context)
      : options_(std::move(options)), scratch_(context.scratch) {}

  std::string name() const override { return "GTSRB"; }
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::string scratch_;
};

}  // namespace qualia_snn::dataset
