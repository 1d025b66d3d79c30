#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// EuroSAT: x [N, 64, 64, C], not scaled, C = 13 spectral bands or 3 colours; y class numbers [N], int64.
class QUALIA_SNN_API EuroSAT final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "10 classes of land use, 27,000 satellite images. Files: MS/<class>/<class>_<i>.tif or "
      "RGB/<class>/<class>_<i>.jpg\n"
      "in `path`. Which images are for testing is drawn once, as in Qualia, and kept in train_idx.json and\n"
      "test_idx.json in `path`, which are used where they exist.\n"
      "Source: Helber et al., EuroSAT: A Novel Dataset and Deep Learning Benchmark for Land Use and Land Cover\n"
      "Classification, 2019; qualia_core.dataset.EuroSAT.";
  struct Options {
    std::string path;
    std::string variant = "MS";
    std::string dtype = "float32";
    double train_test_ratio = 0.8;

    static void options(auto&& o) {
      o("path", &Options::path, "folder of MS and RGB, relative to the working folder");
      o("variant", &Options::variant, "13 bands, or colours").one_of({"MS", "RGB"});
      o("dtype", &Options::dtype, "type of the samples; uint8 for RGB only").one_of({"float32", "uint8"});
      o("train_test_ratio", &Options::train_test_ratio, "share of the images for training").at_least(0).at_most(1);
    }
    std::string validate() const {
      return variant == "MS" && dtype == "uint8" ? "dtype: the bands have 16 bits; expected \"float32\"" : "";
    }
  };
  /// @throws ConfigError  if the context brings no random generator and the images are not split yet.
  EuroSAT(Options options, const config::BuildContext& context)
      : options_(std::move(options)), random_(context.shared_random), scratch_(context.scratch) {}

  std::string name() const override { return "EuroSAT"; }
  /// Draws the split and writes it, unless there is one.
  void prepare() const override;
  std::vector<std::string> sources() const override;
  datamodel::DataModel load() const override;

 private:
  Options options_;
  std::shared_ptr<NumpyRandom> random_;
  std::string scratch_;
};

}  // namespace qualia_snn::dataset
