#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// MNIST from its four IDX files, gzipped or not.
///
/// x: [N, 28, 28, 1], 0 to 255, not scaled; y: class numbers [N], uint8. No validation set.
/// Source: LeCun, Cortes, Burges; qualia_core.dataset.MNIST.
class QUALIA_SNN_API MNIST : public Dataset {
 public:
  struct Options {
    std::string path;
    std::string dtype = "float32";

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the IDX files, relative to the working folder");
      o("dtype", &Options::dtype, "type of the samples").one_of({"float32", "uint8"});
    }
  };
  MNIST(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return "MNIST"; }
  datamodel::RawDataModel load() const override;

 private:
  Options options_;
};

/// Fashion-MNIST: the same files and shapes as MNIST.
///
/// Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST", 2017; qualia_core.dataset.FashionMNIST.
class QUALIA_SNN_API FashionMNIST final : public MNIST {
 public:
  using MNIST::MNIST;
  std::string name() const override { return "FashionMNIST"; }
};

}  // namespace qualia_snn::dataset
