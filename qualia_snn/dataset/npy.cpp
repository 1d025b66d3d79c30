#include "qualia_snn/dataset/npy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/npz.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

/// The arrays of a folder or of an archive.
class Arrays {
 public:
  explicit Arrays(const std::string& path) : path_(path) {
    std::error_code ignored;
    QUALIA_SNN_CHECK(fs::exists(path, ignored), DataError, path, ": not found; expected an .npz file or a folder of ",
                     ".npy files (dataset.params.path)");
    if (!fs::is_directory(path, ignored)) archive_.emplace(path);
  }

  bool has(const std::string& name) const {
    std::error_code ignored;
    return archive_ ? archive_->has(name) : fs::exists(where(name), ignored);
  }
  at::Tensor read(const std::string& name) const {
    QUALIA_SNN_CHECK(has(name), DataError, where(name), ": not found", archive_ ? "; the archive holds " : "",
                     archive_ ? join(archive_->names()) : "");
    return archive_ ? archive_->read(name) : io::read_npy(where(name));
  }
  /// Names an array in messages.
  std::string where(const std::string& name) const {
    return archive_ ? path_ + ": " + name : (fs::path(path_) / (name + ".npy")).string();
  }

 private:
  std::string path_;
  std::optional<io::NpzArchive> archive_;
};

datamodel::RawData read_set(const Arrays& arrays, const std::string& x_name, const std::string& y_name) {
  auto x = arrays.read(x_name);
  auto y = arrays.read(y_name);
  QUALIA_SNN_CHECK(x.dim() >= 2, DataError, arrays.where(x_name), ": holds ", x.sizes(),
                   "; expected samples [N, ...], channels last");
  QUALIA_SNN_CHECK(y.dim() > 0 && y.size(0) == x.size(0), DataError, arrays.where(y_name), ": holds ", y.sizes(),
                   " labels for ", x.size(0), " samples");
  const bool classes = y.dim() == 1 && !y.is_floating_point() && y.scalar_type() != at::kBool;
  QUALIA_SNN_CHECK(classes || (y.dim() == 2 && y.is_floating_point()), DataError, arrays.where(y_name), ": holds ",
                   y.sizes(), " of type ", y.scalar_type(),
                   "; expected class numbers, integers [N], or one-hot rows or values, floats [N, K]");
  if (x.scalar_type() != at::kByte) x = x.to(at::kFloat);
  return {x.contiguous(), y.to(classes ? at::kLong : at::kFloat).contiguous()};
}

}  // namespace

std::string NPY::Options::validate() const {
  const bool plain = !name.empty() && name != "." && name != ".." &&
                     std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c != '/' && c != 0x7f; });
  if (!plain) return "name = \"" + name + "\" is no file name; expected letters, digits and the like";
  const std::string* arrays[] = {&x_train, &y_train, &x_valid, &y_valid, &x_test, &y_test};
  for (const auto* array : arrays) {
    if (array->empty()) return "the name of an array is empty";
  }
  return "";
}

datamodel::DataModel NPY::load() const {
  const Arrays arrays(options_.path);
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = read_set(arrays, options_.x_train, options_.y_train);
  const auto load_optional = [&](const std::string& x, const std::string& y) -> std::optional<datamodel::RawData> {
    if (!arrays.has(x) && !arrays.has(y)) return std::nullopt;
    auto set = read_set(arrays, x, y);
    QUALIA_SNN_CHECK(set.x.sizes().slice(1) == model.sets.train->x.sizes().slice(1), DataError, arrays.where(x),
                     ": holds ", set.x.sizes(), ", the training set ", model.sets.train->x.sizes(),
                     "; expected samples of the same size");
    return set;
  };
  model.sets.valid = load_optional(options_.x_valid, options_.y_valid);
  model.sets.test = load_optional(options_.x_test, options_.y_test);
  return model;
}

}  // namespace qualia_snn::dataset
