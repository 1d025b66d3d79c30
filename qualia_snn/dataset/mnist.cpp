#include "qualia_snn/dataset/mnist.h"

#include <ATen/ATen.h>

#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/gzip.h"
#include "qualia_snn/io/idx.h"

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kClasses = 10;

datamodel::RawData load_set(const std::string& folder, const std::string& prefix, at::ScalarType type) {
  const auto path = [&](const char* kind) {
    return io::find_maybe_gzipped((std::filesystem::path(folder) / (prefix + kind)).string());
  };
  const auto images_path = path("-images-idx3-ubyte");
  const auto labels_path = path("-labels-idx1-ubyte");
  const auto images = io::read_idx(images_path);
  const auto labels = io::read_idx(labels_path);
  QUALIA_SNN_CHECK(images.dim() == 3, DataError, images_path, ": holds ", images.sizes(), "; expected [N, H, W]");
  QUALIA_SNN_CHECK(labels.dim() == 1 && labels.size(0) == images.size(0), DataError, labels_path, ": holds ",
                   labels.sizes(), " labels for ", images.size(0), " images");
  if (labels.numel() > 0) {
    const auto largest = labels.max().item<std::int64_t>();
    QUALIA_SNN_CHECK(largest < kClasses, DataError, labels_path, ": label ", largest, "; expected 0 to ", kClasses - 1);
  }
  return {images.unsqueeze(3).to(type), labels};
}

}  // namespace

datamodel::DataModel MNIST::load() const {
  const auto type = options_.dtype == "uint8" ? at::kByte : at::kFloat;
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(options_.path, "train", type);
  model.sets.test = load_set(options_.path, "t10k", type);
  return model;
}

}  // namespace qualia_snn::dataset
