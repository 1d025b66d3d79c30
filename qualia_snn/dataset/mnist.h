#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// MNIST: x [N, 28, 28, 1], 0 to 255, not scaled; y class numbers [N], uint8. No validation set.
class QUALIA_SNN_API MNIST : public Dataset {
 public:
  static constexpr const char* kDetails =
      "60,000 and 10,000 grey images of 28 x 28 pixels from the files {train,t10k}-{images-idx3,labels-idx1}-ubyte,\n"
      "gzipped or not; values 0 to 255, not scaled.\n"
      "Source: LeCun, Cortes, Burges; qualia_core.dataset.MNIST.";
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
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

/// Fashion-MNIST: the same files and shapes as MNIST.
class QUALIA_SNN_API FashionMNIST final : public MNIST {
 public:
  static constexpr const char* kDetails =
      "Clothing in the format of MNIST: the same files, shapes and values.\n"
      "Source: Xiao, Rasul, Vollgraf, \"Fashion-MNIST\", 2017; qualia_core.dataset.FashionMNIST.";
  using MNIST::MNIST;
  std::string name() const override { return "FashionMNIST"; }
};

}  // namespace qualia_snn::dataset
