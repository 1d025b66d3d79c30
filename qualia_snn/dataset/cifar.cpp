#include "qualia_snn/dataset/cifar.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cstring>
#include <filesystem>
#include <variant>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/gzip.h"
#include "qualia_snn/io/pickle.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kPixels = 3 * 32 * 32;

/// The images and labels of one file.
struct Batch {
  at::Tensor pixels;  ///< [N, 3072], uint8, channels first
  at::Tensor labels;  ///< [N], int64
};

/// Where the files are, and in which version.
struct Location {
  std::string folder;
  bool binary;
};

Location find_files(const std::string& path, const CIFARLayout& layout) {
  const auto& first = layout.train_files[0];
  std::error_code ignored;
  for (const char* folder : {"", layout.python_folder, layout.binary_folder}) {
    const auto candidate = (fs::path(path) / folder).string();
    for (const bool binary : {false, true}) {
      const auto file = fs::path(candidate) / (first + (binary ? ".bin" : ""));
      if (fs::is_regular_file(file, ignored)) return {candidate, binary};
    }
  }
  throw DataError(concat(path.empty() ? "." : path, ": no ", first, " (Python version) and no ", first,
                         ".bin (binary version), nor in ", layout.python_folder, " or ", layout.binary_folder,
                         " below it"));
}

std::string text_of(const io::pickle::Value& key) {
  if (const auto* bytes = std::get_if<io::pickle::Bytes>(&key.data)) return std::string(bytes->view);
  const auto* text = std::get_if<std::string>(&key.data);
  return text ? *text : "";
}

const io::pickle::Value& entry(const io::pickle::Document& document, const std::string& key) {
  const auto* const* dict = std::get_if<io::pickle::Dict*>(&document.root.data);
  QUALIA_SNN_CHECK(dict, DataError, "it holds no dict");
  for (const auto& [name, value] : (*dict)->items) {
    if (text_of(name) == key) return value;
  }
  throw DataError(concat("it has no entry \"", key, "\""));
}

at::Tensor integers(const io::pickle::Value& value, const std::string& key) {
  if (const auto* const* array = std::get_if<io::pickle::Array*>(&value.data)) {
    const auto& labels = (*array)->tensor;
    QUALIA_SNN_CHECK(labels.dim() == 1 && !labels.is_floating_point(), DataError, "\"", key, "\" is ", labels.sizes(),
                     " of type ", labels.scalar_type(), "; expected integers [N]");
    return labels.to(at::kLong);
  }
  const auto* const* list = std::get_if<io::pickle::List*>(&value.data);
  QUALIA_SNN_CHECK(list, DataError, "\"", key, "\" is no list");
  std::vector<std::int64_t> numbers;
  for (const auto& item : (*list)->items) {
    const auto* number = std::get_if<std::int64_t>(&item.data);
    QUALIA_SNN_CHECK(number, DataError, "\"", key, "\" holds something that is no integer");
    numbers.push_back(*number);
  }
  return at::tensor(numbers, at::kLong);
}

Batch decode_pickle(const std::string& bytes, const CIFARLayout& layout) {
  const auto document = io::pickle::decode(bytes);
  const auto* const* data = std::get_if<io::pickle::Array*>(&entry(document, "data").data);
  QUALIA_SNN_CHECK(data, DataError, "\"data\" is no NumPy array");
  const auto& pixels = (*data)->tensor;
  QUALIA_SNN_CHECK(pixels.scalar_type() == at::kByte && pixels.dim() == 2 && pixels.size(1) == kPixels, DataError,
                   "\"data\" is ", pixels.sizes(), " of type ", pixels.scalar_type(), "; expected uint8 [N, ", kPixels,
                   "]");
  return {pixels, integers(entry(document, layout.labels_field), layout.labels_field)};
}

Batch decode_binary(const std::string& bytes, const CIFARLayout& layout) {
  const auto row = layout.label_bytes + kPixels;
  const auto size = static_cast<std::int64_t>(bytes.size());
  QUALIA_SNN_CHECK(size % row == 0, DataError, size, " bytes; expected a multiple of ", row);
  const auto rows = at::empty({size / row, row}, at::kByte);
  if (size > 0) std::memcpy(rows.mutable_data_ptr(), bytes.data(), bytes.size());
  return {rows.narrow(1, layout.label_bytes, kPixels), rows.select(1, layout.label_byte).to(at::kLong)};
}

Batch load_batch(const std::string& path, const CIFARLayout& layout, bool binary) {
  const auto bytes = io::read_maybe_gzipped(path);
  try {
    const auto batch = binary ? decode_binary(bytes, layout) : decode_pickle(bytes, layout);
    const auto& [pixels, labels] = batch;
    QUALIA_SNN_CHECK(labels.numel() == pixels.size(0), DataError, pixels.size(0), " images and ", labels.numel(),
                     " labels");
    QUALIA_SNN_CHECK(pixels.size(0) > 0, DataError, "it holds no images");
    const auto smallest = labels.min().item<std::int64_t>(), largest = labels.max().item<std::int64_t>();
    QUALIA_SNN_CHECK(smallest >= 0 && largest < layout.classes, DataError, "labels ", smallest, " to ", largest,
                     "; expected 0 to ", layout.classes - 1);
    return batch;
  } catch (const DataError& problem) {
    throw DataError(concat(path, ": no CIFAR file that can be read: ", problem.what()));
  } catch (const c10::Error& problem) {
    throw DataError(concat(path, ": no CIFAR file that can be read: ", problem.what_without_backtrace()));
  }
}

datamodel::RawData load_set(const Location& location, const std::vector<std::string>& files, const CIFARLayout& layout,
                            at::ScalarType dtype) {
  std::vector<at::Tensor> x, y;
  datamodel::RawData set;
  for (const auto& file : files) {
    const auto path = (fs::path(location.folder) / (file + (location.binary ? ".bin" : ""))).string();
    const auto batch = load_batch(path, layout, location.binary);
    const auto images = batch.pixels.reshape({-1, 3, 32, 32}).permute({0, 2, 3, 1});
    x.push_back(images.to(dtype).contiguous());
    y.push_back(batch.labels);
    set.chunks.push_back(batch.labels.numel());
  }
  set.x = x.size() == 1 ? x[0] : at::cat(x);
  set.y = at::cat(y);
  return set;
}

at::ScalarType type_of(const std::string& dtype) { return dtype == "uint8" ? at::kByte : at::kFloat; }

}  // namespace

datamodel::RawDataSets load_cifar(const std::string& path, const CIFARLayout& layout, at::ScalarType dtype) {
  const auto location = find_files(path, layout);
  datamodel::RawDataSets sets;
  sets.train = load_set(location, layout.train_files, layout, dtype);
  sets.test = load_set(location, layout.test_files, layout, dtype);
  return sets;
}

datamodel::DataModel CIFAR10::load() const {
  const CIFARLayout layout{{"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
                           {"test_batch"},
                           "cifar-10-batches-py",
                           "cifar-10-batches-bin",
                           "labels",
                           /*label_bytes=*/1,
                           /*label_byte=*/0,
                           /*classes=*/10};
  return datamodel::RawDataModel{name(), load_cifar(options_.path, layout, type_of(options_.dtype))};
}

datamodel::DataModel CIFAR100::load() const {
  const bool coarse = options_.labels_field == "coarse_labels";
  const CIFARLayout layout{{"train"},
                           {"test"},
                           "cifar-100-python",
                           "cifar-100-binary",
                           options_.labels_field,
                           /*label_bytes=*/2,
                           /*label_byte=*/coarse ? 0 : 1,
                           /*classes=*/coarse ? 20 : 100};
  return datamodel::RawDataModel{name(), load_cifar(options_.path, layout, type_of(options_.dtype))};
}

}  // namespace qualia_snn::dataset
