#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// What tells CIFAR-10 and CIFAR-100 apart.
struct CIFARLayout {
  std::vector<std::string> train_files, test_files;  ///< of the Python version, without `.bin`
  const char* python_folder;                         ///< that the archives unpack to
  const char* binary_folder;
  std::string labels_field;  ///< key of the labels in the Python version
  std::int64_t label_bytes;  ///< per image of the binary version
  std::int64_t label_byte;   ///< the one that counts
  std::int64_t classes;
};

/// Reads the images and labels of CIFAR-10 or CIFAR-100, from the Python or the binary version.
///
/// x: [N, 32, 32, 3], 0 to 255, not scaled; y: class numbers [N], int64. One chunk per file, as in Qualia.
/// @param path  the folder of the files, or the one that holds `python_folder` or `binary_folder`
/// @throws DataError  if a file is missing or damaged; nothing in a pickle is executed.
QUALIA_SNN_API datamodel::RawDataSets load_cifar(const std::string& path, const CIFARLayout& layout,
                                                 at::ScalarType dtype);

/// CIFAR-10: 10 classes, 50,000 + 10,000 images.
class QUALIA_SNN_API CIFAR10 final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "x: [N, 32, 32, 3], 0 to 255, not scaled; y: class numbers [N], int64; no validation set. Files: data_batch_1 "
      "to\n"
      "data_batch_5 and test_batch, of the Python version (read as data, nothing is executed) or of the binary "
      "version\n"
      "(.bin), in `path` or in the folder that the archive unpacks to. As in Qualia each file is a chunk: Normalize\n"
      "scales the images of a training file by the statistics of that file.\n"
      "Source: Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", 2009; "
      "qualia_core.dataset.CIFAR10.";

  struct Options {
    std::string path;
    std::string dtype = "float32";

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the files, relative to the working folder").required();
      o("dtype", &Options::dtype, "type of the samples").one_of({"float32", "uint8"});
    }
  };
  CIFAR10(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return "CIFAR10"; }
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

/// CIFAR-100: 100 classes in 20 superclasses, 50,000 + 10,000 images.
class QUALIA_SNN_API CIFAR100 final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "As CIFAR10, from the files train and test; labels_field chooses between the 100 classes and the 20 "
      "superclasses.\n"
      "Source: Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", 2009; "
      "qualia_core.dataset.CIFAR100.";

  struct Options {
    std::string path;
    std::string dtype = "float32";
    std::string labels_field = "fine_labels";

    static void options(auto&& o) {
      o("path", &Options::path, "folder of the files, relative to the working folder").required();
      o("dtype", &Options::dtype, "type of the samples").one_of({"float32", "uint8"});
      o("labels_field", &Options::labels_field, "100 classes, or 20 superclasses")
          .one_of({"fine_labels", "coarse_labels"});
    }
  };
  CIFAR100(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return "CIFAR100"; }
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataset
