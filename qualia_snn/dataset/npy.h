#pragma once

#include <string>
#include <utility>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

/// Arrays of one's own, from NumPy: an `.npz` archive, or a folder of `.npy` files.
///
/// x: [N, ...] of any rank from 2, channels last, float32 or uint8; y: class numbers [N], int64, or float32 [N, K].
class QUALIA_SNN_API NPY final : public Dataset {
 public:
  static constexpr const char* kDetails =
      "Reads arrays that NumPy wrote: `path` is an archive (np.savez) or a folder of files (np.save, with .npy added "
      "to\n"
      "the names below). x: [N, ...], channels last; uint8 and float32 stay, other types become float32. y: integers "
      "[N],\n"
      "the class numbers, or floats [N, K]. A training set is required; valid and test are used where they exist.\n"
      "Example: dataset = {kind = \"NPY\", params = {path = \"my_arrays.npz\"}}\n"
      "Source: NumPy documentation, numpy.savez and numpy.lib.format.";

  struct Options {
    std::string path;
    std::string name = "NPY";
    std::string x_train = "x_train", y_train = "y_train";
    std::string x_valid = "x_valid", y_valid = "y_valid";
    std::string x_test = "x_test", y_test = "y_test";

    static void options(auto&& o) {
      o("path", &Options::path, "archive or folder, relative to the working folder").required();
      o("name", &Options::name, "folder in out/data");
      o("x_train", &Options::x_train, "array of the training samples; all but uint8 become float32");
      o("y_train", &Options::y_train, "array of their labels: integers [N] or floats [N, K]");
      o("x_valid", &Options::x_valid, "the same for validation, used if it exists");
      o("y_valid", &Options::y_valid, "its labels");
      o("x_test", &Options::x_test, "the same for testing, used if it exists");
      o("y_test", &Options::y_test, "its labels");
    }
    std::string validate() const;
  };
  NPY(Options options, const config::BuildContext&) : options_(std::move(options)) {}

  std::string name() const override { return options_.name; }
  datamodel::DataModel load() const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::dataset
